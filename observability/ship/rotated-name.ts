import { basename, dirname, join } from 'node:path'

const NUMBERS_AT_THE_END = /([-._]\d+)+$/
/** A number before an extension is only taken for a date: logs that exist side by side are called `web-1.log` and `web-2.log`. */
const DATE_BEFORE_EXTENSION = /[-._]\d{4}[-._]?\d\d[-._]?\d\d([-._T]?\d+)*(?=\.[a-z]+$)/i
const COMPRESSED = /\.gz$/

/**
 * What is the same of all the names of one log at different ages, as logrotate and its like give them: `auth.log`,
 * `auth.log.1`, `auth.log.2.gz`, `auth.log-20260131`, `auth-20260131.log`.
 */
export function logOf(path: string): string {
  const name = basename(path)
    .replace(COMPRESSED, '')
    .replace(NUMBERS_AT_THE_END, '')
    .replace(DATE_BEFORE_EXTENSION, '')
  return join(dirname(path), name)
}

/**
 * Orders the files of one log by what their names say, the oldest first: those with numbers, the highest first, then those
 * with dates, then the one that is written to. Names outlive what becomes of a file's time when it is copied from a host
 * or compressed.
 * @returns less than 0 where `one` is older, 0 where the names do not tell
 */
export function compareAge(one: string, other: string): number {
  const [own, others] = [ageOf(one), ageOf(other)]
  if (own.rank !== others.rank) return own.rank - others.rank
  const isNumbered = own.rank === RANK.numbered
  for (let at = 0; at < Math.max(own.numbers.length, others.numbers.length); at += 1) {
    const difference = (own.numbers[at] ?? -1) - (others.numbers[at] ?? -1)
    if (difference !== 0) return isNumbered ? -difference : difference
  }
  return 0
}

/** Whether a name is the one of its log without an age: the file that is written to. */
export function isWritten(path: string): boolean {
  return ageOf(path).rank === RANK.current
}

const RANK = { numbered: 0, dated: 1, current: 2 }

function ageOf(path: string): { readonly rank: number; readonly numbers: readonly number[] } {
  const name = basename(path).replace(COMPRESSED, '')
  const atTheEnd = NUMBERS_AT_THE_END.exec(name)?.[0] ?? ''
  const before = DATE_BEFORE_EXTENSION.exec(name.slice(0, name.length - atTheEnd.length))?.[0] ?? ''
  const groups = `${before}${atTheEnd}`.match(/\d+/g) ?? []
  if (groups.length === 0) return { rank: RANK.current, numbers: [] }
  // A rotation that counts does not get to a thousand; a date begins with its year, or is seconds since 1970.
  return { rank: (groups[0] as string).length < 4 ? RANK.numbered : RANK.dated, numbers: groups.map(Number) }
}
