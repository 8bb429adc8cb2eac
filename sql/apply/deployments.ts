import { filledBy, type SqlObject } from '../scripts/object.ts'

/** The recorded deployment of an object: which version was applied, and how far. */
export interface Deployment {
  readonly name: string
  readonly kind: SqlObject['kind']
  readonly file: string
  readonly hash: string
  /**
   * `applying`, `growing` and `dropping` are written before the request to the engine, `applied` and `dropped` after its
   * response. `dropped` means that the object's topic still holds its query's output.
   */
  readonly state: 'applying' | 'growing' | 'applied' | 'dropping' | 'dropped'
  /** While `growing`: the hash after the columns have been added. */
  readonly growsTo?: string
  readonly runsQuery: boolean
  readonly topic?: string
  /** The topics that its query fills, unless that is `topic`. */
  readonly fills?: readonly string[]
  /** Location of the savepoint that its query was stopped with and resumes from. */
  readonly savepoint?: string
  readonly dependsOn: readonly string[]
  readonly columns?: { readonly list: readonly string[]; readonly rest: string }
  /** The engine's address at the apply. */
  readonly url?: string
  /** ISO 8601. */
  readonly at: string
}

/** A deployment to another engine on the same cluster. */
export interface OthersDeployment {
  /** The engine's name in the record. */
  readonly engine: string
  readonly deployment: Deployment
}

/** The deployment record of one engine. */
export interface Deployments {
  readonly all: ReadonlyMap<string, Deployment>
  /** Deployments to other engines on the same cluster. */
  readonly others: readonly OthersDeployment[]
}

/** The topics that the deployment's query fills or has filled. */
export function filledTopics({ fills, runsQuery, topic }: Deployment): readonly string[] {
  return fills ?? (runsQuery && topic !== undefined ? [topic] : [])
}

/** A deployment record open for writing. Opening it fences the previous holder. */
export interface HeldDeployments extends Deployments {
  /**
   * Writes a deployment, or deletes it. On return the entry is committed and this holder was not fenced before that.
   * @throws TakenOverError if another process has opened the record since
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
