/** Where a statement is written, and what is sent of it. */
export interface Statement {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Without comments, with the variables' values, ended by a semicolon. */
  readonly text: string
}
