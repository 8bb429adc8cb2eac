import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SshEvent } from '../observability/ssh/event.ts'
import { eventJson, eventRow } from './ssh-event-view.ts'

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
  test('is the JSON of all its fields, in their order, in one line that steers nothing', () => {
    fc.assert(
      fc.property(event, (one) => {
        const json = eventJson(one)
        expect(JSON.stringify(JSON.parse(json))).toBe(JSON.stringify(one))
        expect(json.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  test('is a row in one line that steers nothing', () => {
    fc.assert(
      fc.property(event, (one) => {
        expect(eventRow(one).slice(0, -1)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})
