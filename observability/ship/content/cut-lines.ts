const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** A line in the bytes that it was read with, without its line break. */
export interface Line {
  readonly from: number
  readonly to: number
  /** Where it begins in the file. */
  readonly start: number
  readonly isCut: boolean
  readonly isPartial: boolean
}

/** How far a file is read. */
export interface Position {
  readonly offset: number
  /** Within a line over the limit, whose beginning has been taken: what is left of it is passed over. */
  readonly isSkipping: boolean
}

export interface Cut {
  readonly lines: readonly Line[]
  readonly next: Position
  readonly empty: number
}

/**
 * Takes bytes of a file apart into its lines, which end in LF or CRLF. What follows the last line break is left for the next
 * time, from its beginning, so that it need not be kept. A line over the limit is cut to it, at the beginning of a
 * character. NUL bytes at the beginning of a line are passed over: they are the hole that a writer leaves behind whose file
 * was emptied under it. An empty line is counted, and is none.
 * @param bytes from `at` on; more than `maxLine` and two line breaks of them, or a longer line is never recognised
 * @param isEnd whether the bytes end a line, also without a line break
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

/** The largest end, up to the given one, that cuts no UTF-8 character apart. */
export function wholeCharacters(bytes: Buffer, from: number, end: number): number {
  for (let at = end; at > from && at > end - 4; at -= 1) {
    const byte = bytes[at - 1] as number
    if (byte < 0x80) return end
    // The first byte of a character says how many there are.
    if (byte >= 0xc0) return at - 1 + (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > end ? at - 1 : end
  }
  return end
}
