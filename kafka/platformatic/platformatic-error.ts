/** The protocol names of all errors in an error, outermost first: @platformatic/kafka wraps the broker's errors in its own. */
export function errorNames(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const { apiId, errors, cause } = error as { apiId?: unknown; errors?: unknown; cause?: unknown }
  return [
    ...(typeof apiId === 'string' ? [apiId] : []),
    ...(Array.isArray(errors) ? errors.flatMap(errorNames) : []),
    ...errorNames(cause),
  ]
}
