import { useCallback, useEffect, useRef, useState } from 'react'
import type { ShownRecord } from '../../../browse/shown-record.ts'
import type { FollowKind, FollowLine } from '../../protocol.ts'
import { readLines } from '../live/json-lines.ts'
import { addressOf } from '../live/records.ts'

export interface Step {
  readonly record: ShownRecord
  readonly outcome: string
}

export interface FollowState {
  /** In the order of time. */
  readonly steps: readonly Step[]
  readonly topics: ReadonlyMap<
    string,
    { readonly state: 'reading' | 'read' | 'missing'; readonly hits: number }
  >
  readonly scanned: number
  readonly isRunning: boolean
  readonly error: string | undefined
}

const NOTHING: FollowState = { steps: [], topics: new Map(), scanned: 0, isRunning: false, error: undefined }

/** Follows an id through all topics; nothing for an empty id. */
export function useFollow(
  kind: FollowKind,
  id: string,
  from: string,
): { readonly state: FollowState; readonly cancel: () => void } {
  const [state, setState] = useState(NOTHING)
  const running = useRef<AbortController>(undefined)
  useEffect(() => {
    if (id === '') {
      setState(NOTHING)
      return
    }
    const stop = new AbortController()
    running.current = stop
    const scanned = new Map<string, number>()
    const change = (next: (state: FollowState) => FollowState) => {
      if (running.current === stop) setState(next)
    }
    setState({ ...NOTHING, isRunning: true })
    readLines<FollowLine>(
      addressOf('/api/follow', { kind, id, from }),
      (line) => {
        if ('progress' in line) scanned.set(line.progress.topic, line.progress.scanned)
        change((last) =>
          after(
            last,
            line,
            [...scanned.values()].reduce((sum, one) => sum + one, 0),
          ),
        )
      },
      stop.signal,
    )
      .catch((error: Error) => change((last) => ({ ...last, error: error.message })))
      .finally(() => change((last) => ({ ...last, isRunning: false })))
    return () => {
      running.current = undefined
      stop.abort()
    }
  }, [kind, id, from])
  return { state, cancel: useCallback(() => running.current?.abort(), []) }
}

function after(last: FollowState, line: FollowLine, scanned: number): FollowState {
  if ('topic' in line) {
    const { name, state } = line.topic
    const hits = last.topics.get(name)?.hits ?? 0
    return { ...last, topics: new Map(last.topics).set(name, { state, hits }) }
  }
  if ('progress' in line) {
    const { topic, hits } = line.progress
    const state = last.topics.get(topic)?.state ?? 'reading'
    return { ...last, scanned, topics: new Map(last.topics).set(topic, { state, hits }) }
  }
  if (!('step' in line)) return last
  const step = line.step as Step
  // Topics are announced in the order in which records flow: of one moment, the earlier topic comes first.
  const flow = [...last.topics.keys()]
  const isLater = ({ record }: Step) =>
    record.timestamp > step.record.timestamp ||
    (record.timestamp === step.record.timestamp &&
      flow.indexOf(record.topic) > flow.indexOf(step.record.topic))
  const at = last.steps.findIndex(isLater)
  const place = at < 0 ? last.steps.length : at
  return { ...last, steps: [...last.steps.slice(0, place), step, ...last.steps.slice(place)] }
}
