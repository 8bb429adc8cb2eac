/** A record as `/api/scan` shows it: see observability/browse/shown-record.ts. */
export interface ShownRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly clock: 'producer' | 'broker'
  readonly key: string | null
  readonly headers: readonly (readonly [name: string, value: string | null])[]
  /** JSON text; bytes as text or hex digits where there is an error. */
  readonly value: string | null
  readonly error?: string
  readonly size: number
}

export interface ScanProgress {
  readonly scanned: number
  readonly hits: number
  readonly passed: number
  readonly total: number
}

/** A line of `/api/scan` or `/api/tail`. */
export interface RecordLine {
  readonly hit?: ShownRecord
  readonly progress?: ScanProgress
  readonly end?: ScanProgress & { readonly rest: string }
  readonly tail?: { readonly read: number; readonly matched: number; readonly shown: number }
}

/** The address of a route with its query; what is undefined or empty is left out. */
export function addressOf(
  route: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return `${route}?${new URLSearchParams(given)}`
}
