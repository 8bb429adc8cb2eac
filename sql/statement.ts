/** A statement's source location and the text to send. */
export interface Statement {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Without comments, variables substituted, ended by a semicolon. */
  readonly text: string
}
