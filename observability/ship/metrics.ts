/** What a shipper counts. All but the lag only grow. */
export interface Figures {
  /** Lines read, the empty ones among them. */
  lines: number
  /** Lines that the broker acknowledged. */
  shipped: number
  /** Bytes of files up to where their lines are acknowledged. */
  bytes: number
  /** Lines over the limit, of which the beginning is shipped. */
  cut: number
  /** Unfinished lines that were shipped because nothing followed. */
  partial: number
  /** Empty lines, which are not shipped. */
  empty: number
  /** Lines that no format could read: they are shipped as they are. */
  unreadable: number
  /** Lines with bytes that are no UTF-8: U+FFFD is shipped in their place. */
  invalidUtf8: number
  /** Lines with NUL bytes in them, which are shipped. */
  withNul: number
  /** Files that are followed. */
  files: number
  /** Files that are left out, because they are no lines of UTF-8: compressed by other programs than gzip, binary, UTF-16. */
  leftOut: number
  /** Compressed files that cannot be read to their end: the whole lines before that are shipped. */
  damaged: number
  /** Files and folders that cannot be read now; they are tried again. */
  failing: number
  /** Bytes that are not acknowledged yet. */
  lag: number
}

export function noFigures(): Figures {
  return {
    lines: 0,
    shipped: 0,
    bytes: 0,
    cut: 0,
    partial: 0,
    empty: 0,
    unreadable: 0,
    invalidUtf8: 0,
    withNul: 0,
    files: 0,
    leftOut: 0,
    damaged: 0,
    failing: 0,
    lag: 0,
  }
}
