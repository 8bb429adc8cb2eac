import type { SqlObject } from '../scripts/object.ts'

/** How an object is made. */
export interface MakeOptions {
  /** Where the state lies with which its query goes on. */
  readonly savepoint?: string
}

/** An object of ours as an engine has it. */
export interface Present {
  readonly name: string
  readonly kind: SqlObject['kind']
  /** The queries that came with it, by the engine's own names; none of a source that only names a topic. */
  readonly queries: readonly string[]
  /** How its query is, in the engine's own word; undefined where there is none. */
  readonly health: string | undefined
}

export interface QueryOptions {
  readonly signal: AbortSignal
  /** Whether a query that goes on begins with the oldest record; otherwise with the next one. */
  readonly fromBeginning: boolean
}

/** What a query answers: first what its columns are, then rows. */
export type QueryEvent =
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'row'; readonly values: readonly unknown[] }

/** What an applier needs of a SQL engine. Everything that changes something returns when the engine has done it. */
export interface Engine {
  /** What records about it are kept under: the engine and, where several share a cluster, which of them. */
  readonly id: string
  /** Its address, where it has one. */
  readonly url?: string
  /**
   * Makes sure that the engine grants what the answers' correctness needs.
   * @throws GuaranteeError that says what it lacks and how to mend that
   */
  requireGuarantees(): Promise<void>
  /**
   * Makes sure that the engine would take objects, without making anything; not every engine can say.
   * @throws EngineRefusal with the engine's own message and the statement that it is about
   */
  check?(object: SqlObject): Promise<void>
  /** Every object whose name is one of ours, by name. Waits for what the engine is still carrying out. */
  present(signal?: AbortSignal): Promise<ReadonlyMap<string, Present>>
  /**
   * Makes an object, or grows one by columns. Returns what the engine warned of.
   * @throws EngineRefusal with the engine's own message
   */
  make(object: SqlObject, how: 'create' | 'grow', options?: MakeOptions): Promise<readonly string[]>
  /** Ends queries, and returns when they are gone. */
  end(queries: readonly string[]): Promise<void>
  /**
   * Ends a query so that it can go on from where it was, and returns where its state lies; not every engine can.
   * @throws EngineRefusal with the engine's own message
   */
  suspend?(query: string): Promise<string>
  /** Drops a stream or table with the query that came with it. The topic stays. */
  drop(object: Present): Promise<void>
  /**
   * Runs a SELECT and gives what it answers as it comes, until it ends, the signal ends it, or the caller does.
   * @throws EngineRefusal with the engine's own message
   */
  query(sql: string, options: QueryOptions): AsyncIterable<QueryEvent>
}
