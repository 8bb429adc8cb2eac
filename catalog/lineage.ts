import { type Application, applications } from './applications.ts'
import type { Catalog } from './catalog.ts'
import { ALERT_GROUP, groupOf, groupPrefix, REPLAYER, replayGroup, SQL_APPLIER, sqlGroup } from './groups.ts'
import { changelogOf, deadLettersOf, isDeadLetters, type Processor, storesOf } from './processors.ts'
import { type SqlScript, sqlScripts } from './sql-scripts.ts'
import type { Topic } from './topic.ts'

/** A part of the platform, with a unique id such as `topic:logs` or `processor:ssh-classify`. */
export type LineageNode = { readonly id: string; readonly name: string; readonly description: string } & (
  | { readonly kind: 'topic'; readonly role: 'data' | 'changelog' | 'dead-letters' }
  | { readonly kind: 'processor'; readonly application: Application }
  | { readonly kind: 'sql-script'; readonly engine: SqlScript['engine'] }
  /** A program outside the processors: it only writes, only reads, or does both. */
  | { readonly kind: 'producer' | 'sink' | 'application' }
)

/** A consumer group, or all groups whose names begin with the prefix. */
export interface Group {
  readonly name: string
  readonly isPrefix: boolean
}

/** A flow of records between two nodes, named by their ids. */
export type LineageEdge = { readonly from: string; readonly to: string } & (
  | { readonly kind: 'writes' }
  /** Undefined where the reader's group is not the catalog's to name: ksqlDB makes its own. */
  | { readonly kind: 'reads'; readonly group: Group | undefined }
  /** A processor that reads its own changelog at start, outside of any group. */
  | { readonly kind: 'restores' }
)

export interface Lineage {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
}

/**
 * Where every record comes from and goes, as the catalog declares it. Each writer and reader of a topic has an edge: from a
 * processor or a SQL script where the catalog names one, else from the application itself.
 */
export function lineageOf(catalog: Catalog, scripts: readonly SqlScript[] = sqlScripts): Lineage {
  const edges = catalog.topics.flatMap((topic) => [
    ...topic.writers.flatMap((writer) => writes(writer, topic, catalog, scripts)),
    ...topic.readers.flatMap((reader) => reads(reader, topic, catalog, scripts)),
  ])
  const own = catalog.applications.flatMap((name) => applicationNode(name, edges))
  const nodes = [
    ...own,
    ...catalog.topics.map((topic) => topicNode(topic, catalog)),
    ...catalog.processors.map(processorNode),
    ...scripts.map(scriptNode),
  ]
  return { nodes, edges }
}

/** Programs that write a topic by themselves although their own processor writes it too. */
const WRITES_BESIDE_PROCESSOR: readonly { readonly application: Application; readonly topic: string }[] = [
  // Without --exactly-once the shipper writes to logs, with it to logs-shipped.
  { application: 'log-shipper', topic: 'logs' },
]

function writes(
  writer: Application,
  { name }: Topic,
  { processors }: Catalog,
  scripts: readonly SqlScript[],
): LineageEdge[] {
  const from = [
    ...processors
      .filter((processor) => processor.application === writer && writtenBy(processor).includes(name))
      .map(processorId),
    ...(writer === SQL_APPLIER
      ? scripts.filter(({ outputs }) => outputs.some((output) => output === name)).map(scriptId)
      : []),
  ]
  const isDirect = WRITES_BESIDE_PROCESSOR.some(
    ({ application, topic }) => application === writer && topic === name,
  )
  if (from.length === 0 || isDirect) from.push(applicationId(writer))
  return from.map((id) => ({ kind: 'writes', from: id, to: topicId(name) }))
}

function reads(
  reader: Application,
  { name }: Topic,
  { processors }: Catalog,
  scripts: readonly SqlScript[],
): LineageEdge[] {
  const from = topicId(name)
  const own = processors.filter(({ application }) => application === reader)
  const inGroups = [
    ...own
      .filter(({ input }) => input === name)
      .map((processor) => ({ to: processorId(processor), group: exactly(groupOf(processor)) })),
    ...(reader === SQL_APPLIER ? scripts : [])
      .filter(({ inputs }) => inputs.some((input) => input === name))
      .map((script) => ({
        to: scriptId(script),
        group: script.engine === 'flink' ? exactly(sqlGroup(name)) : undefined,
      })),
  ]
  const restoring = own.filter((processor) => changelogsOf(processor).includes(name))
  const found: LineageEdge[] = [
    ...inGroups.map((one) => ({ kind: 'reads', from, ...one }) as const),
    ...restoring.map((processor) => ({ kind: 'restores', from, to: processorId(processor) }) as const),
  ]
  if (found.length > 0) return found
  return [{ kind: 'reads', from, to: applicationId(reader), group: groupOfReader(reader, name, processors) }]
}

/** The group in which an application reads a topic outside of its processors. */
function groupOfReader(reader: Application, name: string, processors: readonly Processor[]): Group {
  const replayed = processors.find(({ input }) => deadLettersOf(input) === name)
  if (reader === REPLAYER && replayed) return exactly(replayGroup(replayed.input))
  if (ALERT_READS.application === reader && ALERT_READS.topic === name) return exactly(ALERT_GROUP)
  return { name: groupPrefix(reader), isPrefix: true }
}

/** The alerts' own read of attacks. */
const ALERT_READS = { application: 'attack-detector', topic: 'ssh-attacks' } as const

function exactly(name: string): Group {
  return { name, isPrefix: false }
}

function writtenBy(processor: Processor): readonly string[] {
  const { outputs, input } = processor
  return [...outputs, deadLettersOf(input), ...changelogsOf(processor)]
}

function changelogsOf(processor: Processor): readonly string[] {
  return storesOf(processor).map((store) => changelogOf(processor, store))
}

/** An application with edges of its own; none for one that only runs processors or SQL scripts. */
function applicationNode(name: Application, edges: readonly LineageEdge[]): LineageNode[] {
  const id = applicationId(name)
  const writesSomething = edges.some(({ from }) => from === id)
  const readsSomething = edges.some(({ to }) => to === id)
  if (!writesSomething && !readsSomething) return []
  const kind = !readsSomething ? 'producer' : writesSomething ? 'application' : 'sink'
  return [{ id, kind, name, description: applications[name] }]
}

function topicNode({ name, description }: Topic, { processors }: Catalog): LineageNode {
  const role = processors.some((processor) => changelogsOf(processor).includes(name))
    ? 'changelog'
    : isDeadLetters(name)
      ? 'dead-letters'
      : 'data'
  return { id: topicId(name), kind: 'topic', name, description, role }
}

function processorNode(processor: Processor): LineageNode {
  const { name, description, application } = processor
  return { id: processorId(processor), kind: 'processor', name, description, application }
}

function scriptNode(script: SqlScript): LineageNode {
  const { name, description, engine } = script
  return { id: scriptId(script), kind: 'sql-script', name, description, engine }
}

function applicationId(name: Application): string {
  return `application:${name}`
}

function topicId(name: string): string {
  return `topic:${name}`
}

function processorId({ name }: Processor): string {
  return `processor:${name}`
}

function scriptId({ engine, name }: SqlScript): string {
  return `sql-script:${engine}/${name}`
}
