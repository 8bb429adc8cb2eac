import type { Statement } from './statement.ts'

/** The base of this module's errors: something the user can fix, in one line that names the thing and the fix. */
export class SqlError extends Error {
  override readonly name: string = 'SqlError'
}

/** A script that the applier cannot accept: names the file and the line. */
export class ScriptError extends SqlError {
  override readonly name = 'ScriptError'

  constructor(place: { readonly file: string; readonly line: number }, message: string) {
    super(`${place.file}:${place.line}: ${message}`)
  }
}

/** The engine did not answer, or refused the credentials. */
export class EngineUnreachableError extends SqlError {
  override readonly name = 'EngineUnreachableError'
}

/** The engine answered, and refused. */
export class EngineRefusal extends SqlError {
  override readonly name = 'EngineRefusal'
  /** The HTTP status; 200 if the engine accepted the statement and then failed to execute it. */
  readonly status: number
  /** Whether an earlier try of the same request may have been executed: its answer did not tell. */
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
export class GuaranteeError extends SqlError {
  override readonly name = 'GuaranteeError'
}

/** The engine's objects cannot become the scripts' without losing something, and that was not allowed. */
export class ReplaceNeededError extends SqlError {
  override readonly name = 'ReplaceNeededError'
}

/** A newer apply or drop has begun; it continues, ours stops. */
export class TakenOverError extends SqlError {
  override readonly name = 'TakenOverError'
}

/** Stopped by a signal between two steps. Completed steps are recorded, and the next apply continues from there. */
export class StoppedError extends SqlError {
  override readonly name = 'StoppedError'
}
