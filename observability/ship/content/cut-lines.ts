import { CARRIAGE_RETURN, LINE_FEED } from '../../formats/text/character-codes.ts'

/** The position of a line in the bytes that were read, without its line break. */
export interface Line {
  readonly from: number
  readonly to: number
  /** The offset in the file at which it begins. */
  readonly start: number
  readonly isCut: boolean
  readonly isPartial: boolean
}

/** How far a file is read. */
export interface Position {
  readonly offset: number
  /** Whether the offset is within a line over the limit, whose rest is skipped. */
  readonly isSkipping: boolean
}

export interface Cut {
  readonly lines: readonly Line[]
  readonly next: Position
  readonly empty: number
}

/**
 * Splits bytes of a file into lines, which end in LF or CRLF. An unfinished line is left to the next call, which gets it from
 * its beginning. A line over the limit is cut at a character boundary. NUL bytes at the beginning of a line are skipped:
 * they are the hole that a writer leaves when its file is truncated while it keeps its offset. Empty lines are only counted.
 * @param bytes from `at` on; longer than `maxLine` and two line breaks, or a longer line is never recognized
 * @param isEnd whether the end of the bytes ends the last line, also without a line break
 */
export function cutLines(bytes: Buffer, at: Position, maxLine: number, isEnd = false): Cut {
  const lines: Line[] = []
  let empty = 0
  let from = 0
  let { isSkipping } = at
  const take = (start: number, end: number, isPartial: boolean) => {
    const to = !isPartial && bytes[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end
    if (to === start) {
      empty += 1
      return
    }
    const isCut = to - start > maxLine
    lines.push({
      from: start,
      to: isCut ? wholeCharacters(bytes, start, start + maxLine) : to,
      start: at.offset + start,
      isCut,
      isPartial,
    })
  }
  for (;;) {
    if (!isSkipping) while (bytes[from] === 0) from += 1
    const end = bytes.indexOf(LINE_FEED, from)
    if (end < 0) break
    if (!isSkipping) take(from, end, false)
    isSkipping = false
    from = end + 1
  }
  const rest = bytes.length - from
  if (isSkipping) from = bytes.length
  else if (rest > maxLine + 1) {
    take(from, bytes.length, true)
    from = bytes.length
    isSkipping = true
  } else if (isEnd && rest > 0) {
    take(from, bytes.length, true)
    from = bytes.length
  }
  return { lines, next: { offset: at.offset + from, isSkipping }, empty }
}

/** The largest end, up to the given one, that does not split a UTF-8 character. */
export function wholeCharacters(bytes: Buffer, from: number, end: number): number {
  for (let at = end; at > from && at > end - 4; at -= 1) {
    const byte = bytes[at - 1] as number
    if (byte < 0x80) return end
    // The first byte of a character determines its length.
    if (byte >= 0xc0) return at - 1 + (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > end ? at - 1 : end
  }
  return end
}
