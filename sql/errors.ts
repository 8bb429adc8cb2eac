import type { Statement } from './statement.ts'

/** The base of what this room throws: something the user can mend, in one line that names the thing and the fix. */
export class SqlError extends Error {
  override readonly name: string = 'SqlError'
}

/** A script is not what the applier can take: it names the file and the line. */
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

/** The engine answered, and said no. */
export class EngineRefusal extends SqlError {
  override readonly name = 'EngineRefusal'
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
export class GuaranteeError extends SqlError {
  override readonly name = 'GuaranteeError'
}

/** What there is cannot be changed into what the scripts say without losing something, and nobody allowed that. */
export class ReplaceNeededError extends SqlError {
  override readonly name = 'ReplaceNeededError'
}

/** Another apply or drop has begun since ours did; it goes on, ours stops. */
export class TakenOverError extends SqlError {
  override readonly name = 'TakenOverError'
}

/** Stopped by a signal between two steps. What was done is on record, and the next apply goes on from there. */
export class StoppedError extends SqlError {
  override readonly name = 'StoppedError'
}
