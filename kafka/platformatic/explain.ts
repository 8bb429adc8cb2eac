/** The innermost message: the outer ones say only that something failed. */
export function explain(error: Error): string {
  const inner = (error as AggregateError).errors?.at(-1) ?? error.cause
  return inner instanceof Error ? explain(inner) : error.message
}
