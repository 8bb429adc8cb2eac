import { PlaystreamError } from '../catalog/errors.ts'
import type { Statement } from './statement.ts'

/** The base of errors about SQL scripts and engines. */
export class SqlError extends PlaystreamError {}

/** A script that the applier cannot accept: names the file and the line. */
export class ScriptError extends SqlError {
  constructor(place: { readonly file: string; readonly line: number }, message: string) {
    super(`${place.file}:${place.line}: ${message}`)
  }
}

/** The engine did not answer, or refused the credentials. */
export class EngineUnreachableError extends SqlError {}

/** The engine answered, and refused. */
export class EngineRefusal extends SqlError {
  /** The HTTP status; 200 if the engine accepted the statement and then failed to execute it. */
  readonly status: number
  /** Whether an earlier attempt of the same request may have been executed, because its outcome is unknown. */
  readonly isRepeat: boolean
  /** The refused statement, if it is not the object's own. */
  readonly statement: Statement | undefined

  constructor(status: number, message: string, isRepeat = false, statement?: Statement) {
    super(message)
    this.statement = statement
    this.status = status
    this.isRepeat = isRepeat
  }
}

/** The engine does not guarantee what correct results need. */
export class GuaranteeError extends SqlError {}

/** The engine's objects cannot become the scripts' without losing something, and that was not allowed. */
export class ReplaceNeededError extends SqlError {}

/** A newer apply or drop has begun; it continues, ours stops. */
export class TakenOverError extends SqlError {}

/** Stopped by a signal between two steps. Completed steps are recorded, and the next apply continues from there. */
export class StoppedError extends SqlError {}
