import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SshEvent } from '../../observability/ssh/sessions/event.ts'
import { EventJsonBuffer } from './ssh-event-json.ts'
import { eventRow } from './ssh-event-view.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('"', '\\', '\u001b', '\u202e', ''),
)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const event: fc.Arbitrary<SshEvent> = fc.record({
  time: fc.constantFrom(null, '2026-11-20T10:11:12.000Z'),
  host: fc.option(text),
  pid: fc.option(fc.nat()),
  kind: fc.constantFrom('invalid-user', 'accepted'),
  outcome: fc.constantFrom('failure', 'success', 'info'),
  user: optional(text),
  remoteAddress: optional(text),
  remotePort: optional(fc.nat(65_535)),
  method: optional(text),
  preauth: fc.boolean(),
  count: optional(fc.nat()),
  attempts: optional(fc.nat()),
  pending: optional(fc.constant(true as const)),
  because: optional(fc.constant('account-not-allowed' as const)),
})

describe('an event', () => {
  test('becomes one line of JSON with all fields in order that is safe for a terminal', () => {
    fc.assert(
      fc.property(event, (one) => {
        const buffer = new EventJsonBuffer()
        buffer.add(one)
        const json = buffer.take().toString()
        expect(JSON.stringify(JSON.parse(json))).toBe(JSON.stringify(one))
        expect(json.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  test('is written after earlier events of any length', () => {
    fc.assert(
      fc.property(fc.array(event), fc.constantFrom(1, 50_000), (events, times) => {
        const long = events.map((one) => ({ ...one, user: (one.user ?? '"').repeat(times) }))
        const buffer = new EventJsonBuffer()
        for (const one of long) buffer.add(one)
        const lines = buffer.take().toString().split('\n').slice(0, -1)
        expect(lines.map((line) => JSON.parse(line))).toEqual(
          long.map((one) => JSON.parse(JSON.stringify(one))),
        )
        expect(buffer.take()).toHaveLength(0)
      }),
      { numRuns: 30 },
    )
  })

  test('becomes one row that is safe for a terminal', () => {
    fc.assert(
      fc.property(event, (one) => {
        expect(eventRow(one).slice(0, -1)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
