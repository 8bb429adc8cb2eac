import type { Application } from './applications.ts'
import type { Catalog } from './catalog.ts'
import { groupOf, groupPrefix, REPLAYER, replayGroup, SQL_APPLIER, transactionalIdPrefix } from './groups.ts'
import { changelogOf, deadLettersOf, storesOf } from './processors.ts'
import { schemaOf } from './schemas.ts'
import { topic } from './topics.ts'

/** It is written in transactions, which fence whoever wrote it before. */
const DEPLOYMENTS = topic('sql-deployments').name

/** One thing that an application does on the Kafka cluster. */
export type Permission =
  | { readonly access: 'read' | 'write'; readonly resource: 'topic'; readonly name: string }
  | {
      readonly access: 'read'
      readonly resource: 'group'
      readonly name: string
      readonly isPrefix: boolean
    }
  | {
      readonly access: 'write'
      readonly resource: 'transactional-id'
      readonly name: string
      readonly isPrefix: true
    }
  /** Outside of transactions, by a producer that never writes a retry twice. */
  | { readonly access: 'write-idempotently'; readonly resource: 'cluster' }

/**
 * What an application does on the cluster, and nothing more: it writes and reads the topics whose writers and readers it
 * is among, joins its own consumer groups, and commits the transactions of its own processors.
 */
export function permissionsOf(application: Application, catalog: Catalog): Permission[] {
  const writes = catalog.topics.filter(({ writers }) => writers.includes(application))
  const reads = catalog.topics.filter(({ readers }) => readers.includes(application))
  const own = catalog.processors.filter((processor) => processor.application === application)
  const inTransactions = new Set(
    own.flatMap((processor) => [
      ...processor.outputs,
      deadLettersOf(processor.input),
      ...storesOf(processor).map((store) => changelogOf(processor, store)),
    ]),
  )
  const plainWrites = writes.some(({ name }) => !inTransactions.has(name))
  return [
    ...writes.map(({ name }) => ({ access: 'write', resource: 'topic', name }) as const),
    ...reads.map(({ name }) => ({ access: 'read', resource: 'topic', name }) as const),
    ...groupsOf(application, catalog),
    ...own.map((processor) => ({
      access: 'write' as const,
      resource: 'transactional-id' as const,
      name: transactionalIdPrefix(groupOf(processor)),
      isPrefix: true as const,
    })),
    ...(application === SQL_APPLIER && writes.some(({ name }) => name === DEPLOYMENTS)
      ? [
          {
            access: 'write',
            resource: 'transactional-id',
            name: transactionalIdPrefix(application),
            isPrefix: true,
          } as const,
        ]
      : []),
    ...(plainWrites ? [{ access: 'write-idempotently', resource: 'cluster' } as const] : []),
  ]
}

function groupsOf(application: Application, { topics, processors }: Catalog): Permission[] {
  const group = (name: string, isPrefix: boolean) =>
    ({ access: 'read', resource: 'group', name, isPrefix }) as const
  const readsSomething = topics.some(({ readers }) => readers.includes(application))
  const replayed = application === REPLAYER ? [...new Set(processors.map(({ input }) => input))] : []
  return [
    ...(readsSomething ? [group(groupPrefix(application), true)] : []),
    ...processors
      .filter((processor) => processor.application === application)
      .map((processor) => group(groupOf(processor), false)),
    ...replayed.map((input) => group(replayGroup(input), false)),
  ]
}

/**
 * The subjects that an application reads: those of the Avro topics that it reads or writes, with all that they refer to.
 * A writer reads too: it looks up the id of its schema and registers none. Plain JSON carries no id and needs none.
 */
export function subjectsOf(application: Application, { topics, schemas }: Catalog): string[] {
  const found = new Set<string>()
  const add = (subject: string) => {
    if (found.has(subject)) return
    found.add(subject)
    for (const reference of schemaOf(subject, schemas).references) add(reference.subject)
  }
  for (const { value, writers, readers } of topics) {
    // Dead letters are written back as the bytes that they are.
    const encodes = writers.includes(application) && application !== REPLAYER
    if (value.kind === 'avro' && (encodes || readers.includes(application))) add(value.subject)
  }
  return [...found]
}
