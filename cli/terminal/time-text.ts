/** A record's time for a person. Whoever wrote the record chose it, so it may be none that a date can hold. */
export function timeText(timestamp: number): string {
  const date = new Date(timestamp)
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString()
}
