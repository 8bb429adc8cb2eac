import type { Application } from './applications.ts'
import type { Catalog } from './catalog.ts'
import { groupOf, groupPrefix, REPLAYER, replayGroup, SQL_APPLIER, transactionalIdPrefix } from './groups.ts'
import { changelogOf, deadLettersOf } from './processors.ts'
import { schemaOf } from './schemas.ts'
import { topic } from './topics.ts'

/** This topic is written in transactions, which fence the previous writer. */
const DEPLOYMENTS = topic('sql-deployments').name

/** One thing that an application may do on the Kafka cluster. */
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
  /** Outside transactions, with an idempotent producer. */
  | { readonly access: 'write-idempotently'; readonly resource: 'cluster' }

/**
 * The permissions that an application needs, and no others: to write and read the topics that name it as a writer or reader,
 * to join its own consumer groups, and to commit the transactions of its own processors.
 */
export function permissionsOf(application: Application, catalog: Catalog): Permission[] {
  const writes = catalog.topics.filter(({ writers }) => writers.includes(application))
  const reads = catalog.topics.filter(({ readers }) => readers.includes(application))
  const own = catalog.processors.filter((processor) => processor.application === application)
  const inTransactions = new Set(
    own.flatMap((processor) => [
      ...processor.outputs,
      deadLettersOf(processor.input),
      ...(processor.stateful ? [changelogOf(processor)] : []),
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
 * The subjects that an application reads: those of the Avro topics that it reads or writes, and their references. A writer
 * looks up the id of its schema and registers none. Plain JSON contains no id, so its subject is not read.
 */
export function subjectsOf(application: Application, { topics, schemas }: Catalog): string[] {
  const found = new Set<string>()
  const add = (subject: string) => {
    if (found.has(subject)) return
    found.add(subject)
    for (const reference of schemaOf(subject, schemas).references) add(reference.subject)
  }
  for (const { value, writers, readers } of topics) {
    // A replay writes the bytes unchanged, without encoding.
    const encodes = writers.includes(application) && application !== REPLAYER
    if (value.kind === 'avro' && (encodes || readers.includes(application))) add(value.subject)
  }
  return [...found]
}
