import type { Admin } from 'kafkajs'
import { SQL_APPLIER } from '../../catalog/groups.ts'
import type { Topic } from '../../catalog/topic.ts'
import { topicNamed } from '../../catalog/topics.ts'
import { becomesTrue } from '../../kafka/becomes-true.ts'
import { applyTopicChange, requireTopics } from '../../kafka/provision/topic-admin.ts'
import { SqlError } from '../errors.ts'
import type { OutputTopics } from './output-topics.ts'

const POLL_MS = 50
const PATIENCE_MS = 30_000

/**
 * The scripts' topics as the catalog declares them. Missing topics are created if the SQL engine writes them or they
 * exist only for it.
 */
export function catalogTopics(admin: Admin): OutputTopics {
  return {
    async require(names) {
      const there = new Set(await admin.listTopics())
      const missing = names.filter((name) => !there.has(name)).map(topicNamed)
      const isOutput = ({ writers }: Topic) => writers.includes(SQL_APPLIER)
      await requireTopics(
        admin,
        missing.filter((topic) => !isOutput(topic)).map(({ name }) => name),
      )
      for (const topic of missing) await applyTopicChange(admin, { kind: 'create', topic })
    },
    async remove(name) {
      if (!(await admin.listTopics()).includes(name)) return
      await applyTopicChange(admin, { kind: 'delete', name })
      const isGone = async () => !(await admin.listTopics()).includes(name)
      if (!(await becomesTrue(isGone, { everyMs: POLL_MS, patienceMs: PATIENCE_MS })))
        throw new SqlError(`the topic ${name} was deleted and still exists; run this again`)
    },
  }
}
