/** The base of errors that a user can mend: one line that names what is wrong and what to do about it. */
export class PlaystreamError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
  }
}

/** An error whose kinds a program tells apart by a code. */
export class CodedError<Code extends string> extends PlaystreamError {
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The catalog contradicts itself, or a cluster would refuse part of it: names every problem in one message. */
export class CatalogError extends PlaystreamError {}
