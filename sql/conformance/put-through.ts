import { setTimeout as sleep } from 'node:timers/promises'
import { compare, type Difference } from './compare.ts'
import type { Feed } from './feed.ts'
import type { Wave } from './input.ts'
import type { Output, Outputs } from './output.ts'
import { rowsOf } from './output.ts'
import type { Place } from './place.ts'
import type { Answers, OutputName, Row } from './row.ts'
import type { Watch } from './watch.ts'

/** How one output stands to what it was to be. */
export interface Verdict {
  readonly name: OutputName
  readonly topic: string
  readonly expected: number
  readonly actual: number
  readonly differences: readonly Difference[]
}

export interface PutThrough {
  readonly waves: readonly Wave[]
  readonly place: Place
  readonly outputs: Outputs
  /** What there is to be after the first so many waves. */
  readonly answers: (waves: readonly Wave[]) => Answers
  readonly feed: Pick<Feed, 'send'>
  readonly watch: Pick<Watch, 'of' | 'quietMs' | 'failed'>
  readonly signal: AbortSignal
  /** How long a wave may take; what is not there by then is lost. */
  readonly patienceMs: number
  /** For how long nothing more may come at the end. */
  readonly settleMs: number
  readonly onWave?: (number: number) => void
}

const POLL_MS = 100

/**
 * Sends wave after wave, each when the one before it has had its effect, and compares what there is at the end. It waits
 * for answers, not for time: only that nothing more comes is told by a time in which nothing does. Where a wave is not
 * answered in time, no more are sent, and the comparison is of what was.
 */
export async function putThrough(options: PutThrough): Promise<Verdict[]> {
  const { waves, place, outputs, watch, signal } = options
  let sent: readonly Wave[] = []
  let isAnswered = true
  for (const [number, wave] of waves.entries()) {
    signal.throwIfAborted()
    options.onWave?.(number + 1)
    await options.feed.send(wave)
    sent = waves.slice(0, number + 1)
    const expected = options.answers(sent)
    const identified = sent
      .flatMap(({ transactions }) => transactions)
      .filter(({ id }) => id !== undefined).length
    isAnswered = await within(options, () => {
      if (outputs.identified && watch.of(place.topic(outputs.identified).name).length < identified)
        return false
      return outputs.outputs.every((output) => hasArrived(output, expected[output.name] ?? [], rows(output)))
    })
    if (!isAnswered) break
  }
  if (isAnswered) await within(options, () => watch.quietMs >= options.settleMs)
  const expected = options.answers(sent)
  return outputs.outputs.map((output) => {
    const [wanted, actual] = [expected[output.name] ?? [], rows(output)]
    return {
      name: output.name,
      topic: place.topic(output.topic).name,
      expected: wanted.length,
      actual: actual.length,
      differences: compare(wanted, actual),
    }
  })

  function rows(output: Output): Row[] {
    return rowsOf(output, watch.of(place.topic(output.topic).name))
  }
}

/** Whether nothing is missing any more. Of a table that says: each row is as it is to be, for it changes until then. */
function hasArrived({ kind }: Output, expected: readonly Row[], actual: readonly Row[]): boolean {
  if (kind !== 'table') return actual.length >= expected.length
  return compare(expected, actual).length === 0
}

/** Whether something came true in time. @throws the signal's reason */
async function within({ signal, patienceMs, watch }: PutThrough, isTrue: () => boolean): Promise<boolean> {
  const deadline = performance.now() + patienceMs
  while (!isTrue()) {
    signal.throwIfAborted()
    if (performance.now() > deadline) return false
    await Promise.race([sleep(POLL_MS, undefined, { signal }), watch.failed])
  }
  return true
}
