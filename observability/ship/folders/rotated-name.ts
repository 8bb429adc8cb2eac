import { basename, dirname, join } from 'node:path'

const DATE = String.raw`(?:19|20)\d\d[-._]?(?:0[1-9]|1[0-2])[-._]?(?:0[1-9]|[12]\d|3[01])(?:[-._T]?\d+)*`
/** Seconds since 1970, as logrotate's `dateformat -%s` writes them. */
const DATE_AT_THE_END = new RegExp(String.raw`[-._](?:${DATE}|1\d{9})$`)
const DATE_BEFORE_EXTENSION = new RegExp(String.raw`[-._]${DATE}(?=\.[a-z]+$)`, 'i')
const NUMBER_AT_THE_END = /([-._])(\d+)$/
const COMPRESSED = /\.gz$/
/** A number after one of these counts rotations; `worker.1` and `10.0.0.1` are separate logs. */
const LOG_EXTENSION =
  /(?:^|[._-])(?:logs?|out|err|error|warn|info|notice|crit|debug|trace|audit|txt|jsonl?|ndjson|csv|xml)$/i
/** Logs of a host without an extension. */
const LOG_NAMES = new Set(
  'syslog maillog messages secure cron kern daemon auth user mail boot dmesg spooler debug xferlog'.split(
    ' ',
  ),
)
const RANK = { numbered: 0, dated: 1, live: 2 }

interface Parts {
  readonly log: string
  readonly rank: number
  readonly numbers: readonly number[]
}

/**
 * Interprets the names that logrotate and similar tools give to log files: `auth.log`, `auth.log.1`, `auth.log.2.gz`,
 * `auth.log-20260131` and `auth-20260131.log` are one log. A date always means a rotation. A number means one only after a
 * name that is clearly a log's, or if a file without the number is known: `worker-1`, `10.0.0.1` and `app-2024` are logs.
 */
export class LogNames {
  readonly #isKnown: (path: string) => boolean

  /** @param isKnown whether a file with this path exists or existed */
  constructor(isKnown: (path: string) => boolean = () => false) {
    this.#isKnown = isKnown
  }

  /** The path of the log that a file belongs to: the same for all of its rotated files. */
  logOf(path: string): string {
    return this.#parse(path).log
  }

  /**
   * Whether a name is that of a file that is written to: a name without number and date, or one with a date if the log has
   * no file without a date, because each day then has a file of its own.
   */
  isLive(path: string): boolean {
    const { log, rank } = this.#parse(path)
    return rank === RANK.live || (rank === RANK.dated && !COMPRESSED.test(path) && !this.#isKnown(log))
  }

  /**
   * Orders the files of one log by name, the oldest first: numbered files, the highest number first, then dated ones, then the
   * live one. Copying and compressing change a file's times, but not its name.
   * @returns less than 0 if `one` is older, 0 if the names do not tell
   */
  compareAge(one: string, other: string): number {
    const [own, others] = [this.#parse(one), this.#parse(other)]
    if (own.rank !== others.rank) return own.rank - others.rank
    const isNumbered = own.rank === RANK.numbered
    for (let at = 0; at < Math.max(own.numbers.length, others.numbers.length); at += 1) {
      const difference = (own.numbers[at] ?? -1) - (others.numbers[at] ?? -1)
      if (difference !== 0) return isNumbered ? -difference : difference
    }
    return 0
  }

  #parse(path: string): Parts {
    const folder = dirname(path)
    const name = basename(path).replace(COMPRESSED, '')
    const dated = splitOff(name, DATE_AT_THE_END)
    if (dated) return { log: join(folder, dated.rest), rank: RANK.dated, numbers: dated.numbers }
    const numbered = this.#splitOffNumber(folder, name)
    const rest = numbered?.rest ?? name
    const before = splitOff(rest, DATE_BEFORE_EXTENSION)
    if (before) {
      const numbers = [...before.numbers, ...(numbered?.numbers ?? [])]
      return { log: join(folder, before.rest), rank: RANK.dated, numbers }
    }
    if (numbered) return { log: join(folder, rest), rank: RANK.numbered, numbers: numbered.numbers }
    return { log: join(folder, name), rank: RANK.live, numbers: [] }
  }

  #splitOffNumber(folder: string, name: string): { rest: string; numbers: number[] } | undefined {
    const split = splitOff(name, NUMBER_AT_THE_END)
    if (!split) return undefined
    const { rest, text } = split
    const isShort = text.length <= 5
    const isLog = LOG_EXTENSION.test(rest) || LOG_NAMES.has(rest)
    // After a log's name, a number as long as a month's or a day's is a date: `x.log-202401`.
    const isCertain = isLog && (text.startsWith('.') || !isShort)
    return isCertain || (isShort && this.#isKnown(join(folder, rest))) ? split : undefined
  }
}

function splitOff(
  name: string,
  pattern: RegExp,
): { rest: string; text: string; numbers: number[] } | undefined {
  const match = pattern.exec(name)
  if (!match || match.index === 0) return undefined
  const [text] = match
  const rest = name.slice(0, match.index) + name.slice(match.index + text.length)
  return { rest, text, numbers: (text.match(/\d+/g) ?? []).map(Number) }
}
