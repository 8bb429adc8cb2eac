import { useCallback, useRef, useState } from 'react'
import type { Progress, ShownRecord } from '../../../browse/shown-record.ts'
import { readLines } from '../live/json-lines.ts'
import { addressOf, type RecordLine } from '../live/records.ts'

/** What a person asked for; texts as they were typed. */
export interface Search {
  readonly topic: string
  readonly from: string
  readonly to: string
  readonly key: string
  readonly partitions: string
  readonly filter: string
  readonly limit: string
  readonly uncommitted: string
  readonly isTail: boolean
}

export interface ScanState {
  /** The newest first. */
  readonly records: readonly ShownRecord[]
  readonly isRunning: boolean
  readonly progress: Progress | undefined
  readonly tail: RecordLine['tail']
  /** Where to scan on, empty if nothing is left. */
  readonly rest: string
  readonly error: string | undefined
}

const NOTHING: ScanState = {
  records: [],
  isRunning: false,
  progress: undefined,
  tail: undefined,
  rest: '',
  error: undefined,
}

/** More would make the page slow. */
const MOST_SHOWN = 500

/** Scans a topic or follows it; one at a time. */
export function useScan() {
  const [state, setState] = useState(NOTHING)
  const [search, setSearch] = useState<Search>()
  const running = useRef<AbortController>(undefined)

  const run = useCallback((asked: Search, rest: string, known: readonly ShownRecord[]) => {
    running.current?.abort()
    const stop = new AbortController()
    running.current = stop
    setSearch(asked)
    setState({ ...NOTHING, records: known, isRunning: true })
    const change = (next: (state: ScanState) => ScanState) => {
      if (running.current === stop) setState(next)
    }
    readLines<RecordLine>(
      addressOfSearch(asked, rest),
      ({ hit, progress, end, tail }) => {
        if (hit) change((last) => ({ ...last, records: adding(last.records, hit) }))
        if (progress) change((last) => ({ ...last, progress }))
        if (tail) change((last) => ({ ...last, tail }))
        if (end) change((last) => ({ ...last, progress: end, rest: end.rest }))
      },
      stop.signal,
    )
      .catch((error: Error) => change((last) => ({ ...last, error: error.message })))
      .finally(() => change((last) => ({ ...last, isRunning: false })))
  }, [])

  const start = useCallback((asked: Search) => run(asked, '', []), [run])
  const cancel = useCallback(() => running.current?.abort(), [])
  const more = () => search && run(search, state.rest, state.records)
  return { state, search, start, cancel, more }
}

function adding(records: readonly ShownRecord[], hit: ShownRecord): ShownRecord[] {
  const at = records.findIndex(({ timestamp }) => timestamp <= hit.timestamp)
  const place = at < 0 ? records.length : at
  return [...records.slice(0, place), hit, ...records.slice(place)].slice(0, MOST_SHOWN)
}

function addressOfSearch({ isTail, from, to, limit, ...which }: Search, rest: string): string {
  if (isTail) return addressOf('/api/tail', which)
  return addressOf('/api/scan', { ...which, from, to, limit, rest })
}
