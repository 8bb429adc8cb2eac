/** A record's timestamp as ISO 8601, or as a number when a producer chose one outside the range of dates. */
export function timeText(timestamp: number): string {
  const date = new Date(timestamp)
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString()
}
