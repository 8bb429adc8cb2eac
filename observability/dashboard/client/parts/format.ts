const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const FINE = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** What stands for a figure that is not known. */
export const UNKNOWN = '–'

/** A count, grouped by thousands. */
export function countText(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : WHOLE.format(value)
}

/** A rate: with a decimal where it is small. */
export function rateText(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN
  return `${value !== 0 && value < 10 ? FINE.format(value) : WHOLE.format(value)}/s`
}

/** A span of seconds, to two units at most. */
export function spanText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return UNKNOWN
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 10) return `${FINE.format(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  if (whole < 86_400) return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`
  return `${WHOLE.format(Math.floor(whole / 86_400))} d ${Math.floor((whole % 86_400) / 3_600)} h`
}

/** A size in binary units. */
export function bytesText(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return UNKNOWN
  const unit = Math.min(4, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  return unit === 0
    ? `${bytes} B`
    : `${FINE.format(bytes / 1024 ** unit)} ${['', 'KiB', 'MiB', 'GiB', 'TiB'][unit]}`
}

/** A moment, in UTC to the millisecond; the number itself where no calendar has it. */
export function timeText(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString().replace('T', ' ').replace('Z', '')
}

/** The time of day of a moment, in UTC. */
export function clockText(ms: number): string {
  return timeText(ms).slice(11, 19)
}
