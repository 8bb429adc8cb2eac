import { expect, test } from 'vitest'
import { WriteTimes } from './write-times.ts'

test('a byte was written when the file first had it', () => {
  const times = new WriteTimes()
  times.add(10, 1_000)
  times.add(20, 2_000)
  expect(times.timeOf(0)).toBe(1_000)
  expect(times.timeOf(9)).toBe(1_000)
  expect(times.timeOf(10)).toBe(2_000)
  expect(times.timeOf(20)).toBeUndefined()
})

test('a byte behind the last sample has a time as soon as the file has grown', () => {
  const times = new WriteTimes()
  times.add(10, 1_000)
  expect(times.timeOf(10)).toBeUndefined()
  times.add(11, 3_000)
  expect(times.timeOf(10)).toBe(3_000)
})

test('after many samples, the oldest byte keeps its time and no byte seems younger than it is', () => {
  const times = new WriteTimes()
  for (let size = 1; size <= 10_000; size += 1) times.add(size, size)
  for (let offset = 0; offset < 10_000; offset += 7)
    expect(times.timeOf(offset)).toBeLessThanOrEqual(offset + 1)
})

test('the oldest byte keeps its time however many samples follow', () => {
  const times = new WriteTimes()
  for (let size = 1; size <= 10_000; size += 1) times.add(size, 500 + size)
  expect(times.timeOf(0)).toBe(501)
  expect(times.timeOf(9_999)).toBeGreaterThan(5_000)
})
