import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

const names = ['transactions', 'transactions-by-id', 'game-events', 'logs']

test.each([
  ['transaction', 'transactions'],
  ['tranasctions-by-id', 'transactions-by-id'],
  ['game_events', 'game-events'],
  ['log', 'logs'],
  ['purchases', undefined],
  ['', undefined],
])('the name nearest to %j is %j', (given, nearest) => {
  expect(nearestName(given, names)).toBe(nearest)
})
