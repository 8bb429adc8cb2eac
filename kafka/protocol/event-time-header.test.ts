import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENT_TIME_HEADER, takeEventTime, withEventTime } from './event-time-header.ts'
import type { Headers } from './record.ts'

const APPENDED = Date.UTC(2026, 0)
const record = { partition: 0, offset: 0, key: null, value: null }

/** What is read from a record with the broker's time. */
function read(headers: Headers) {
  return takeEventTime({ ...record, headers, timestamp: APPENDED, appendedAt: APPENDED })
}

/** What is read from a record with its producer's time. */
function readOld(headers: Headers, timestamp: number) {
  return takeEventTime({ ...record, headers, timestamp })
}

const bytes = fc.uint8Array({ maxLength: 4 }).map((raw) => Buffer.from(raw))
const name = fc.oneof(bytes, fc.constant(Buffer.from(EVENT_TIME_HEADER)))
const value = fc.oneof(
  fc.option(bytes),
  fc.nat().map((time) => Buffer.from(String(time))),
)
const headers: fc.Arbitrary<Headers> = fc.array(fc.tuple(name, value), { maxLength: 4 })

describe('the event time of a record', () => {
  test('is read back, with the producer’s own headers unchanged, even headers of the same name', () => {
    fc.assert(
      fc.property(headers, fc.maxSafeInteger(), (own, eventTime) => {
        expect(read(withEventTime(own, eventTime))).toEqual({ eventTime, headers: own })
      }),
    )
  })

  test('is read back through a client that groups headers by name', () => {
    fc.assert(
      fc.property(headers, fc.maxSafeInteger(), (own, eventTime) => {
        const byName = (all: Headers): Headers =>
          [...Map.groupBy(all, ([key]) => key.toString('latin1')).values()].flat()
        expect(read(byName(withEventTime(own, eventTime)))).toEqual({ eventTime, headers: byName(own) })
      }),
    )
  })

  test.each(['', '1e3', ' 1', '0x1', 'now', '1.5', '-', '9'.repeat(20)])(
    'is unknown when the header holds %j, and the header stays',
    (text) => {
      const odd: Headers = [[Buffer.from(EVENT_TIME_HEADER), Buffer.from(text)]]
      expect(read(odd)).toEqual({ eventTime: undefined, headers: odd })
    },
  )

  test('is the record’s timestamp if it was written before the header existed', () => {
    expect(readOld([], 7)).toEqual({ eventTime: 7, headers: [] })
  })

  test('ignores a producer’s header of the same name on such a record, and the header stays', () => {
    const own = withEventTime([], 1)
    expect(readOld(own, 7)).toEqual({ eventTime: 7, headers: own })
  })
})
