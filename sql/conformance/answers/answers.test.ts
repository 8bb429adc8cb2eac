import { describe, expect, test } from 'vitest'
import { conformanceInput } from '../input/input.ts'
import { WRONG_CLOCKS } from '../input/wrong-clock.ts'
import { answers, type Design } from './answers.ts'
import { transactionAnswers } from './transaction-answers.ts'

const NOW = Date.UTC(2026, 10, 21, 12, 34, 56, 789)
const input = conformanceInput(7, NOW, 6)
const design: Design = {
  memory: 'sliding',
  keepsTime: true,
  faults: ['NO_VALUE', 'NOT_JSON', 'NO_ID'],
  counts: true,
  attacks: true,
  wrongClocks: WRONG_CLOCKS,
  unreadableEvents: true,
}

describe('the input', () => {
  test('depends only on its seed', () => {
    expect(conformanceInput(7, NOW, 6)).toEqual(input)
    expect(conformanceInput(8, NOW, 6)).not.toEqual(input)
  })

  test('lies in the past, within the topics’ retention', () => {
    const times = input.flatMap(({ transactions }) =>
      transactions.filter(({ clock }) => clock === undefined).map(({ timestamp }) => timestamp),
    )
    expect(Math.max(...times)).toBeLessThanOrEqual(NOW)
    expect(Math.min(...times)).toBeGreaterThan(NOW - 4 * 24 * 60 * 60_000)
    expect(new Set(input.map(({ logs }) => logs.shippedAt))).toEqual(new Set([NOW]))
  })

  test('has malformed records of every kind, and rows for every output', () => {
    for (const rows of Object.values(answers(input, design))) expect(rows.length).toBeGreaterThan(0)
    expect(new Set(answers(input, design).malformed.map(({ key }) => key)).size).toBe(3)
  })
})

describe('the answers', () => {
  const passed = (memory: Design['memory'], ...hours: number[]) => {
    const sights = hours.map((hour) => ({
      partition: 0,
      timestamp: hour * 3_600_000,
      happenedAt: hour * 3_600_000,
      value: Buffer.from(String(hour)),
      id: 'one',
      fault: undefined,
    }))
    return transactionAnswers([sights], memory).unique.map(({ text }) => Number(text))
  }

  test('differ only by how long an id is remembered', () => {
    expect(passed('fixed', 0, 20, 40, 63, 64, 70)).toEqual([0, 40, 64])
    expect(passed('sliding', 0, 20, 40, 63, 64, 70)).toEqual([0])
    expect(passed('sliding', 0, 20, 44, 67)).toEqual([0, 44])
    expect(passed('forever', 0, 1_000)).toEqual([0])
  })

  test('count tumbling windows: an attack across the edge of two is found in sliding windows only', () => {
    const { failuresByAddress, attacks } = answers(input, design)
    expect(attacks.map(({ key }) => key)).toContain('203.0.113.10')
    expect(failuresByAddress.map(({ fields }) => fields?.of)).not.toContain('203.0.113.10')
  })
})
