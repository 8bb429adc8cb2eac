import { PlaystreamError } from '../catalog/errors.ts'
import type { Statement } from './statement.ts'

/** The base of errors about SQL scripts and engines. */
export class SqlError extends PlaystreamError {}

/** A script is not what the applier can take: it names the file and the line. */
export class ScriptError extends SqlError {
  constructor(place: { readonly file: string; readonly line: number }, message: string) {
    super(`${place.file}:${place.line}: ${message}`)
  }
}

/** The engine did not answer, or refused the credentials. */
export class EngineUnreachableError extends SqlError {}

/** The engine answered, and said no. */
export class EngineRefusal extends SqlError {
  /** The HTTP status; 200 where it took the statement and then failed to carry it out. */
  readonly status: number
  /** Whether the same was asked before, with an answer that left open what became of it. */
  readonly isRepeat: boolean
  /** The statement that it is about, where that is not the object's own. */
  readonly statement: Statement | undefined

  constructor(status: number, message: string, isRepeat = false, statement?: Statement) {
    super(message)
    this.statement = statement
    this.status = status
    this.isRepeat = isRepeat
  }
}

/** The engine does not promise what the answers' correctness needs. */
export class GuaranteeError extends SqlError {}

/** What there is cannot be changed into what the scripts say without losing something, and nobody allowed that. */
export class ReplaceNeededError extends SqlError {}

/** Another apply or drop has begun since ours did; it goes on, ours stops. */
export class TakenOverError extends SqlError {}

/** Stopped by a signal between two steps. What was done is on record, and the next apply goes on from there. */
export class StoppedError extends SqlError {}
