import { filledBy, type SqlObject } from './object.ts'

/** What is known of an object from those who applied it: the version, and how far they came. */
export interface Deployment {
  readonly name: string
  readonly kind: SqlObject['kind']
  readonly file: string
  readonly hash: string
  /**
   * `applying`, `growing` and `dropping` are written before the engine is asked, the others after it has answered. `dropped`
   * says that the object's topic still holds what its query wrote.
   */
  readonly state: 'applying' | 'growing' | 'applied' | 'dropping' | 'dropped'
  /** The hash that it has once it has grown, where that is under way. */
  readonly growsTo?: string
  readonly runsQuery: boolean
  readonly topic?: string
  /** The topics that its query fills, where that is not `topic`. */
  readonly fills?: readonly string[]
  /** Where the state lies with which its query was ended, and with which it goes on. */
  readonly savepoint?: string
  readonly dependsOn: readonly string[]
  readonly columns?: { readonly list: readonly string[]; readonly rest: string }
  /** The engine's address, as whoever applied it had it. */
  readonly url?: string
  /** ISO 8601. */
  readonly at: string
}

/** What is on record of another engine on the same cluster. */
export interface OthersDeployment {
  /** By the name that its record is kept under. */
  readonly engine: string
  readonly deployment: Deployment
}

/** The record of what was applied to one engine. */
export interface Deployments {
  readonly all: ReadonlyMap<string, Deployment>
  /** What was applied to other engines on the same cluster. */
  readonly others: readonly OthersDeployment[]
}

/** The topics that its query fills, or has filled. */
export function filledTopics({ fills, runsQuery, topic }: Deployment): readonly string[] {
  return fills ?? (runsQuery && topic !== undefined ? [topic] : [])
}

/** The same, held by one who may change it. Whoever opened it last holds it. */
export interface HeldDeployments extends Deployments {
  /**
   * Writes a deployment, or takes one away. When it returns, it is written, and no one else held the record until then.
   * @throws TakenOverError where someone else has opened the record since
   */
  write(name: string, deployment: Deployment | undefined): Promise<void>
  close(): Promise<void>
}

export function deploymentOf(object: SqlObject, state: Deployment['state'], at: Date): Deployment {
  const { name, kind, hash, statement, runsQuery, topic, dependsOn, columns, job } = object
  return {
    name,
    kind,
    file: statement.file,
    hash,
    state,
    runsQuery,
    ...(topic === undefined ? {} : { topic }),
    ...(job === undefined ? {} : { fills: filledBy(object) }),
    dependsOn,
    ...(columns === undefined ? {} : { columns }),
    at: at.toISOString(),
  }
}
