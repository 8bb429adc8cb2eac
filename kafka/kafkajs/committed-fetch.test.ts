import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { onlyCommitted } from './committed-fetch.ts'

const Batch = createRequire(import.meta.url)('kafkajs/src/consumer/batch') as new (
  topic: string,
  offset: string,
  answer: object,
) => { messages: { offset: string }[]; lastOffset(): string }

interface Step {
  readonly producer: number
  readonly what: 'record' | 'commit' | 'abort'
}

/** A log of interleaved transactions, with its committed and open records and its aborted transactions. */
function logOf(steps: readonly Step[]) {
  const open = new Map<number, number[]>()
  const committed: number[] = []
  const aborted: { producerId: string; firstOffset: string; end: number }[] = []
  const messages = steps.map(({ producer, what }, offset) => {
    const begun = open.get(producer) ?? []
    if (what === 'record') {
      open.set(producer, [...begun, offset])
    } else {
      if (what === 'commit') committed.push(...begun)
      else if (begun[0] !== undefined)
        aborted.push({ producerId: String(producer), firstOffset: String(begun[0]), end: offset })
      open.delete(producer)
    }
    return {
      offset: String(offset),
      key: what === 'record' ? null : Buffer.from([0, 0, 0, what === 'commit' ? 1 : 0]),
      batchContext: { producerId: String(producer), inTransaction: true },
      isControlRecord: what !== 'record',
    }
  })
  return { messages, committed: committed.sort((a, b) => a - b), aborted, open: [...open.values()].flat() }
}

const step: fc.Arbitrary<Step> = fc.record({
  producer: fc.integer({ min: 1, max: 4 }),
  what: fc.constantFrom('record', 'record', 'record', 'commit', 'abort'),
})

test('kafkajs skips exactly the aborted records of interleaved transactions, wherever a fetch begins', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(59), (steps, from) => {
      const { messages, committed, aborted, open } = logOf(steps)
      const answer = {
        partition: 0,
        highWatermark: String(steps.length),
        messages: messages.slice(from),
        // As the broker lists them: ordered by their end, without those that end before the fetch.
        abortedTransactions: aborted.filter(({ end }) => end >= from),
      }
      onlyCommitted(answer)
      const batch = new Batch('t', String(from), answer)
      const seen = batch.messages.map(({ offset }) => Number(offset))
      expect(seen).toEqual([...committed, ...open].filter((offset) => offset >= from).sort((a, b) => a - b))
      if (from < steps.length) expect(batch.lastOffset()).toBe(String(steps.length - 1))
    }),
  )
})
