/** Counts of a shipper. They only grow. */
export interface ShipCounters {
  /** Lines read, including empty ones. */
  lines: number
  /** Lines that the broker acknowledged. */
  shipped: number
  /** Bytes of log text whose lines are acknowledged. */
  bytes: number
  /** Lines over the limit: their beginning is shipped. */
  cut: number
  /** Unfinished lines that were shipped because nothing followed. */
  partial: number
  /** Empty lines, which are not shipped. */
  empty: number
  /** Lines that no format could parse: they are shipped as they are. */
  unreadable: number
  /** Lines with invalid UTF-8: U+FFFD is shipped in its place. */
  invalidUtf8: number
  /** Lines with NUL bytes, which are shipped. */
  withNul: number
  /** Batches that were acknowledged. */
  batches: number
  /** Batches that were refused for good: the shipper ends. */
  batchesRefused: number
}

/** What a shipper does and has to do. */
export interface ShipMetrics extends Readonly<ShipCounters> {
  /** Requests to the broker that failed and were sent again. */
  readonly retries: number
  /** Files that are followed. */
  readonly files: number
  /** Files that are left out because they are not lines of UTF-8: other compressions than gzip, binary files, UTF-16. */
  readonly leftOut: number
  /** Compressed files that cannot be read to their end: the whole lines before the damage are shipped. */
  readonly damaged: number
  /** Files and folders that cannot be read now; they are tried again. */
  readonly failing: number
  /** Bytes in all followed files that are not acknowledged. */
  readonly lag: number
  /** The age of the oldest whole line that is not acknowledged, in whole seconds since it was written; 0 if there is none. */
  readonly delaySeconds: number
}

export function zeroCounters(): ShipCounters {
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
    batches: 0,
    batchesRefused: 0,
  }
}

/** The counts of shippers that ran one after the other, together with what the latest has to do. */
export function totalOf(all: readonly ShipMetrics[]): ShipMetrics {
  const total = zeroCounters()
  for (const name of Object.keys(total) as (keyof ShipCounters)[])
    for (const metrics of all) total[name] += metrics[name]
  const {
    retries = 0,
    files = 0,
    leftOut = 0,
    damaged = 0,
    failing = 0,
    lag = 0,
    delaySeconds = 0,
  } = all.at(-1) ?? {}
  return { ...total, retries, files, leftOut, damaged, failing, lag, delaySeconds }
}
