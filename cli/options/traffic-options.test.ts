import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addTrafficOptions, repeatableStart, type TrafficOptions, trafficPlan } from './traffic-options.ts'

function parsed(...args: string[]): TrafficOptions {
  const command = addTrafficOptions(new Command(), 'records', '500')
  return command.parse(args, { from: 'user' }).opts<TrafficOptions>()
}

test('traffic without options has the default rate and start, a random seed, and no end', () => {
  const [one, other] = [trafficPlan(parsed(), undefined, 7), trafficPlan(parsed(), undefined, 7)]
  const noEnd = { count: Number.POSITIVE_INFINITY, durationMs: Number.POSITIVE_INFINITY }
  expect(one).toEqual({ rate: 500, start: 7, seed: expect.any(Number), ...noEnd })
  expect(one.seed).not.toBe(other.seed)
})

test('traffic takes its rate, count, seed and duration from the options', () => {
  const plan = trafficPlan(parsed('--rate', 'max', '--count', '10', '--seed', '3'), 1_000, 7)
  expect(plan).toEqual({ rate: Number.POSITIVE_INFINITY, count: 10, seed: 3, durationMs: 1_000, start: 7 })
})

test('the start that the options name goes before the default', () => {
  expect(trafficPlan({ ...parsed(), start: 9 }, undefined, 7).start).toBe(9)
})

test('a repeatable start is now without a seed and a fixed time with a seed', () => {
  const before = Date.now()
  expect(repeatableStart(parsed())).toBeGreaterThanOrEqual(before)
  expect(repeatableStart(parsed('--seed', '3'))).toBe(Date.parse('2026-01-01T00:00:00Z'))
})
