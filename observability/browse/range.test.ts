import { describe, expect, test } from 'vitest'
import { PositionError, parsePosition } from './range.ts'

describe('a position', () => {
  test.each([
    ['start', { kind: 'start' }],
    ['end', { kind: 'end' }],
    ['120', { kind: 'offset', offset: 120 }],
    ['-50', { kind: 'last', count: 50 }],
    ['2026-01-31', { kind: 'time', at: Date.UTC(2026, 0, 31) }],
    ['2026-01-31T12:00:00Z', { kind: 'time', at: Date.UTC(2026, 0, 31, 12) }],
    ['2026-01-31T12:00:00+02:00', { kind: 'time', at: Date.UTC(2026, 0, 31, 10) }],
  ])('%s', (text, position) => {
    expect(parsePosition(text)).toEqual(position)
  })

  test.each(['', 'now', '1.5', '--5', '99999999999999999999', '2026-13-45', 'yesterday'])(
    '%j is refused',
    (text) => {
      expect(() => parsePosition(text)).toThrow(PositionError)
    },
  )
})
