import type { Progress, ShownRecord } from '../../../browse/shown-record.ts'

/** A line of `/api/scan` or `/api/tail`. */
export interface RecordLine {
  readonly hit?: ShownRecord
  readonly progress?: Progress
  readonly end?: Progress & { readonly rest: string }
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
