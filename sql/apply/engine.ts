import type { SqlObject } from '../scripts/object.ts'

/** Options for creating an object. */
export interface MakeOptions {
  /** The location of the saved state that its query resumes from. */
  readonly savepoint?: string
}

/** One of our objects as the engine reports it. */
export interface Present {
  readonly name: string
  readonly kind: SqlObject['kind']
  /** Its queries, by the engine's own names; none for a source that only names a topic. */
  readonly queries: readonly string[]
  /** The state of its query in the engine's own word; undefined without a query. */
  readonly health: string | undefined
}

export interface QueryOptions {
  readonly signal: AbortSignal
  /** Whether a continuous query starts at the oldest record; otherwise at the next one. */
  readonly fromBeginning: boolean
}

/** A query's result: first its columns, then rows. */
export type QueryEvent =
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'row'; readonly values: readonly unknown[] }

/** The operations that an applier needs of a SQL engine. Every change returns when the engine has completed it. */
export interface Engine {
  /** The key of its records: the engine's name, with its service id if several share a cluster. */
  readonly id: string
  /** Its address, if it has one. */
  readonly url?: string
  /**
   * Requires that the engine guarantees what correct results need.
   * @throws GuaranteeError that says what is missing and how to fix it
   */
  requireGuarantees(): Promise<void>
  /**
   * Checks that the engine would accept an object, without creating anything; not every engine can.
   * @throws EngineRefusal with the engine's own message and the statement that it refers to
   */
  check?(object: SqlObject): Promise<void>
  /** All of our objects, by name. Waits for statements that the engine is still executing. */
  present(signal?: AbortSignal): Promise<ReadonlyMap<string, Present>>
  /**
   * Creates an object, or adds columns to it. Returns the engine's warnings.
   * @throws EngineRefusal with the engine's own message
   */
  make(object: SqlObject, how: 'create' | 'grow', options?: MakeOptions): Promise<readonly string[]>
  /** Ends queries, and returns when they are gone. */
  end(queries: readonly string[]): Promise<void>
  /**
   * Ends a query so that it can be resumed, and returns the location of its state; not every engine can.
   * @throws EngineRefusal with the engine's own message
   */
  suspend?(query: string): Promise<string>
  /** Drops a stream or table together with its query. The topic stays. */
  drop(object: Present): Promise<void>
  /**
   * Runs a SELECT and yields its results as they arrive, until the query ends, the signal is aborted, or the caller
   * stops.
   * @throws EngineRefusal with the engine's own message
   */
  query(sql: string, options: QueryOptions): AsyncIterable<QueryEvent>
}
