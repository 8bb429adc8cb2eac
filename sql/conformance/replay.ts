import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { topics } from '../../catalog/topics.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { apply, type Target } from '../apply/apply.ts'
import { drop, planDrop } from '../apply/drop.ts'
import type { OutputTopics } from '../apply/output-topics.ts'
import type { SqlObject } from '../scripts/object.ts'
import type { Row } from './answers/row.ts'
import { compare, type Difference } from './compare.ts'
import type { Conformance } from './conformance.ts'
import { rowsOf } from './output.ts'
import type { RunPlace } from './run-place.ts'
import { Watch } from './watch.ts'

const POLL_MS = 100

export interface Replay {
  readonly target: Target
  readonly objects: readonly SqlObject[]
  readonly place: RunPlace
  readonly conformance: Pick<Conformance<never>, 'outputs'>
  readonly profile: Profile
  readonly admin: Admin
  readonly application: string
  readonly now: number
  readonly signal: AbortSignal
  readonly patienceMs: number
  readonly settleMs: number
  /** Called when everything has been created again. */
  readonly onReplay?: () => void | Promise<void>
}

/**
 * Drops everything, creates it again with empty topics, and compares the known transactions after the input was read a
 * second time. Only ids are compared: which copy of an id passes depends on an order that a replay does not preserve.
 */
export async function replay(
  options: Replay,
  known: readonly Row[],
): Promise<{ readonly expected: number; readonly actual: number; readonly differences: Difference[] }> {
  const { target, objects, place, conformance, profile, admin, application, signal } = options
  await drop(await planDrop(target.engine, target.deployments), target, { deleteTopics: false, signal })
  await apply(objects, target, { replace: true, signal })
  const output = conformance.outputs.find(({ name }) => name === 'known')
  if (!output) return { expected: 0, actual: 0, differences: [] }
  const topic = place.topic(output.topic).name
  const watch = await Watch.start(profile, admin, application, [topic])
  try {
    await options.onReplay?.()
    const wanted = known.map(({ key }): Row => ({ key, fields: {} }))
    const rows = () =>
      rowsOf(output, watch.of(topic), options.now).map(({ key }): Row => ({ key, fields: {} }))
    const deadline = performance.now() + options.patienceMs
    const isThere = () => compare(wanted, rows()).length === 0 && watch.quietMs >= options.settleMs
    while (!isThere() && performance.now() < deadline)
      await Promise.race([sleep(POLL_MS, undefined, { signal }), watch.failed])
    const actual = rows()
    return { expected: wanted.length, actual: actual.length, differences: compare(wanted, actual) }
  } finally {
    await watch.close()
  }
}

/** The topics of a run: a topic is emptied by deleting it and creating it as the catalog declares it. */
export function topicsOfRun(admin: Admin, place: RunPlace): OutputTopics {
  const declared = new Map(topics.map(({ name }) => [place.topic(name).name, place.topic(name)]))
  return {
    async require(names) {
      const there = new Set(await admin.listTopics())
      for (const name of names) {
        const topic = declared.get(name)
        if (topic && !there.has(name)) await applyTopicChange(admin, { kind: 'create', topic })
      }
    },
    async remove(name) {
      if (!(await admin.listTopics()).includes(name)) return
      await applyTopicChange(admin, { kind: 'delete', name })
      while ((await admin.listTopics()).includes(name)) await sleep(POLL_MS)
    },
  }
}
