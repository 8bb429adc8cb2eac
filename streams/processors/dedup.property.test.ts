import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  claim,
  fatesByDefinition,
  fatesOf,
  HOUR,
  type Input,
  inputOf,
  inputsOf,
  options,
  run,
  type Turn,
  turns,
  Y2000,
} from './test-dedup.ts'

describe('de-duplication', () => {
  test('agrees with its definition for any records, however they are batched, aborted, restarted and compacted', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const inputs = batches.flat()
        expect(fatesOf(run(all, batches, chosen), inputs)).toEqual(fatesByDefinition(inputs, chosen))
      }),
      { numRuns: 300 },
    )
  })

  test('gives the same output for the same input in different batches', () => {
    fc.assert(
      fc.property(turns, options, fc.array(fc.nat(5)), (all, chosen, cuts) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const rest = batches.flat()
        const others = [...cuts.map((length) => rest.splice(0, length)), rest]
        expect(run([], others, chosen).output).toEqual(run(all, batches, chosen).output)
      }),
    )
  })

  test('keeps exactly the ids whose retention is not over, and expired ids for at most retention / 256 longer', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const driver = run(all, batches, chosen)
        driver.restart()
        const { retentionMs } = chosen
        const width = Math.ceil(retentionMs / 256)
        const { streamTime, size } = driver.storeOf()
        const forgetTimes = driver
          .changelogOf()
          .filter(({ key }) => key?.length)
          .map(({ value }) => (value as Buffer).readDoubleBE(0))
        expect(forgetTimes).toHaveLength(size)
        for (const time of forgetTimes) expect(time + width).toBeGreaterThan(streamTime)
      }),
    )
  })

  test('treats an id the same whatever the times of other ids are', () => {
    fc.assert(
      fc.property(turns, options, fc.infiniteStream(claim), (all, chosen, claims) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const others = batches.map((batch) =>
          batch.map((input): Input => {
            const [other] = [...claims.take(1)]
            const id = input.key?.toString('hex') ?? null
            if (id === '61' || other === undefined || other === 'none' || !('time' in other)) return input
            return inputOf(id, input.value, input.own, other.time, input.appendedAt)
          }),
        )
        const ofOne = (of: readonly Input[][]) =>
          run(all, of, chosen).output.filter(({ key }) => key?.toString('hex') === '61')
        expect(ofOne(others)).toEqual(ofOne(batches))
      }),
    )
  })

  test('treats a time ahead of the broker’s clock as the broker’s time', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        let clock = Number.NEGATIVE_INFINITY
        const capped = batches.map((batch) =>
          batch.map((input) => {
            clock = Math.max(clock, input.appendedAt)
            if (input.claim === undefined || input.claim <= clock) return input
            return inputOf(
              input.key?.toString('hex') ?? null,
              input.value,
              input.own,
              clock,
              input.appendedAt,
            )
          }),
        )
        const fates = (of: readonly Input[][]) =>
          fatesOf(run(all, of, chosen), of.flat()).map(({ timestamp: _, ...fate }) => fate)
        expect(fates(capped)).toEqual(fates(batches))
      }),
    )
  })

  test('passes on only times that topics accept: none before 2000, none more than an hour ahead', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const latest = Math.max(...batches.flat().map(({ appendedAt }) => appendedAt))
        const { output } = run(all, batches, chosen)
        for (const { timestamp } of output) {
          expect(timestamp).toBeGreaterThanOrEqual(Y2000)
          expect(timestamp).toBeLessThanOrEqual(latest + HOUR)
        }
      }),
    )
  })

  test('holds at most the ids of one retention by the broker’s clock, and none after it', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const driver = run(all, batches, chosen)
        const { retentionMs } = chosen
        const width = Math.ceil(retentionMs / 256)
        let clock = Number.NEGATIVE_INFINITY
        const seen = batches.flat().map(({ key, appendedAt }) => {
          clock = Math.max(clock, appendedAt)
          return { key: key?.toString('hex'), clock }
        })
        const recent = seen.filter((one) => one.clock > clock - retentionMs - width)
        expect(driver.storeOf().size).toBeLessThanOrEqual(new Set(recent.map(({ key }) => key)).size)
        const last = inputOf('6c617374', Buffer.alloc(0), [], undefined, clock + retentionMs + width)
        if (Number.isFinite(clock)) {
          driver.pipe(last)
          expect(driver.storeOf().size).toBe(1)
        }
      }),
    )
  })

  test('writes at most one tombstone each time that an id passed', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const uncompacted = all.map(({ records }) => ({
          records,
          after: ['commit', 'abort'] as Turn['after'],
        }))
        const driver = run(uncompacted, inputsOf(all, chosen.retentionMs), chosen)
        const left = new Map<string, number>()
        const count = (key: Buffer | null, by: number) => {
          const name = String(key?.toString('hex'))
          left.set(name, (left.get(name) ?? 0) + by)
        }
        for (const { key } of driver.outputOf('transactions-unique')) count(key, 1)
        for (const { key, value } of driver.changelogOf()) if (value === null) count(key, -1)
        expect(Math.min(0, ...left.values())).toBe(0)
      }),
    )
  })
})
