import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from '../scripts/place.ts'
import type { Answers, CheckName, Row } from './answers/row.ts'
import { compare, type Difference } from './compare.ts'
import type { Conformance } from './conformance.ts'
import type { Feed } from './feed.ts'
import type { Wave } from './input/input.ts'
import type { Output } from './output.ts'
import { rowsOf } from './output.ts'
import type { Watch } from './watch.ts'

/** The comparison of one output. */
export interface Verdict {
  readonly name: CheckName
  readonly topic: string
  readonly expected: number
  readonly actual: number
  readonly differences: readonly Difference[]
}

export interface Outcome {
  readonly verdicts: readonly Verdict[]
  /** The number of waves sent. */
  readonly sent: number
  /** Whether everything sent was answered in time. */
  readonly isAnswered: boolean
}

export interface WavesOptions {
  readonly waves: readonly Wave[]
  /** When they are sent, ms since the epoch. */
  readonly now: number
  readonly place: Place
  readonly conformance: Pick<Conformance<never>, 'outputs' | 'identified'>
  /** The expected answers after the first waves. */
  readonly answers: (waves: readonly Wave[]) => Answers
  readonly feed: Pick<Feed, 'send'>
  readonly watch: Pick<Watch, 'of' | 'quietMs' | 'failed'>
  readonly signal: AbortSignal
  /** How long a wave may take; missing answers count as lost after that. */
  readonly patienceMs: number
  /** How long no further record may arrive at the end. */
  readonly settleMs: number
  /** Called when the first wave is in the topics: earlier records count for a query too. */
  readonly afterFirst?: () => Promise<void>
  /** Called when a wave was sent and answered. */
  readonly onWave?: (number: number) => void | Promise<void>
}

const POLL_MS = 100

/**
 * Sends wave after wave, each when the previous one has been processed, and compares the outputs at the end. Waits for
 * answers, not for a time; only the absence of further records is judged by a quiet period. If a wave is not answered
 * in time, no further wave is sent, and the comparison covers what was sent.
 */
export async function runWaves(options: WavesOptions): Promise<Outcome> {
  const { waves, place, conformance, watch, signal } = options
  const { outputs, identified } = conformance
  let sent: readonly Wave[] = []
  let isAnswered = true
  for (const [number, wave] of waves.entries()) {
    signal.throwIfAborted()
    await options.feed.send(wave)
    sent = waves.slice(0, number + 1)
    if (number === 0) await options.afterFirst?.()
    await options.onWave?.(number + 1)
    const expected = options.answers(sent)
    const withId = sent.flatMap(({ transactions }) => transactions).filter(({ id }) => id !== undefined)
    isAnswered = await within(options, () => {
      const judged = identified.map((topic) => watch.of(place.topic(topic).name).length)
      if (judged.reduce((sum, count) => sum + count, 0) < withId.length) return false
      return outputs.every((output) => hasArrived(output, expected[output.name] ?? [], rows(output)))
    })
    if (!isAnswered) break
  }
  if (isAnswered) await within(options, () => watch.quietMs >= options.settleMs)
  const expected = options.answers(sent)
  const verdicts = outputs.map((output) => {
    const [wanted, actual] = [expected[output.name] ?? [], rows(output)]
    return {
      name: output.name,
      topic: place.topic(output.topic).name,
      expected: wanted.length,
      actual: actual.length,
      differences: compare(wanted, actual),
    }
  })
  return { verdicts, sent: sent.length, isAnswered }

  function rows(output: Output): Row[] {
    return rowsOf(output, watch.of(place.topic(output.topic).name), options.now)
  }
}

/** Whether nothing is missing. A table is complete when each row is as expected, because rows change until then. */
function hasArrived({ kind }: Output, expected: readonly Row[], actual: readonly Row[]): boolean {
  if (kind !== 'table') return actual.length >= expected.length
  return compare(expected, actual).length === 0
}

/** Whether a condition became true in time. @throws the signal's reason */
async function within({ signal, patienceMs, watch }: WavesOptions, isTrue: () => boolean): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  while (!isTrue()) {
    signal.throwIfAborted()
    if (performance.now() > deadline) return false
    await Promise.race([sleep(POLL_MS, undefined, { signal }), watch.failed])
  }
  return true
}
