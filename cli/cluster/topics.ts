import type { Command } from 'commander'
import type { Admin } from 'kafkajs'
import { PROVISIONER } from '../../catalog/applications.ts'
import { catalog } from '../../catalog/catalog.ts'
import { checkCatalog } from '../../catalog/check-catalog.ts'
import type { Topic } from '../../catalog/topic.ts'
import { sqlTopics, topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { applyTopicChange, readTopics } from '../../kafka/provision/topic-admin.ts'
import { type ClusterTopic, planTopics } from '../../kafka/provision/topic-plan.ts'
import { group } from '../options/group.ts'
import { profileOf } from '../options/profile-option.ts'
import { print, printJson, table } from '../terminal/output.ts'
import { applyChanges, type ChangeSet } from './apply-changes.ts'
import { type ApplyOptions, type ApplyTexts, addDiffAndApply } from './diff-and-apply.ts'
import { changeText, formatText, retentionText } from './topic-texts.ts'
import { addTopicsDescribe } from './topics-describe.ts'

interface Options extends ApplyOptions {
  withSql?: true
}

const TEXTS: ApplyTexts = {
  resources: 'topics',
  diff: 'show what apply would change',
  apply: 'create and configure the topics of the catalog; never removes partitions',
  deletes: 'topics',
  contents: 'records',
}

const WITH_SQL = 'include the topics of the SQL engines, which sql apply creates otherwise'

export function topicsCommand(program: Command): void {
  const command = group(program, 'topics', 'the topics of the catalog, and how a cluster differs from them')
  command
    .command('list')
    .description('list the topics of the catalog')
    .option('--json', 'print the topics as JSON')
    .addHelpText('after', '\nExample:\n  playstream topics list --json')
    .action((options: Options) => list(options))
  addTopicsDescribe(command)
  addDiffAndApply(command, TEXTS, run, (verb) => verb.option('--with-sql', WITH_SQL))
}

function list(options: Options): void {
  if (options.json) {
    printJson(topics)
    return
  }
  const rows = topics.map((topic) => [
    topic.name,
    topic.partitions,
    retentionText(topic),
    topic.key ?? '-',
    formatText(topic),
    topic.writers.join(', '),
    topic.readers.join(', ') || '-',
  ])
  print(table([['topic', 'partitions', 'retention', 'key', 'value', 'written by', 'read by'], ...rows]))
}

async function run(command: Command, options: Options, mode: ChangeSet['mode']): Promise<void> {
  // A catalog that the cloud would refuse is refused on every cluster, before anything is created.
  checkCatalog(catalog)
  const admin = await connectAdmin(profileOf(command, PROVISIONER), PROVISIONER)
  try {
    await planAndApply(admin, options, mode)
  } finally {
    await admin.disconnect()
  }
}

async function planAndApply(admin: Admin, options: Options, mode: ChangeSet['mode']): Promise<void> {
  const cluster = await readTopics(admin)
  const plan = planTopics(topicsFor(cluster, options.withSql ?? false), cluster, {
    allowDelete: options.allowDelete ?? false,
  })
  await applyChanges({
    changes: plan.changes.map((change) => ({
      line: changeText(change),
      apply: () => applyTopicChange(admin, change),
      data: { kind: change.kind, topic: change.kind === 'delete' ? change.name : change.topic.name },
    })),
    undeclared: plan.undeclared,
    mode,
    json: options.json ?? false,
  })
}

/** The topics of the catalog. A topic of the SQL engines counts only if it exists or `withSql` is set. */
function topicsFor(cluster: readonly ClusterTopic[], withSql: boolean): Topic[] {
  const existing = new Set(cluster.map(({ name }) => name))
  const forSql = new Set<string>(sqlTopics.map(({ name }) => name))
  return topics.filter((topic) => withSql || !forSql.has(topic.name) || existing.has(topic.name))
}
