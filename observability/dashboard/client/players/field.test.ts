import { expect, test } from 'vitest'
import type { PlayerRow } from '../../protocol.ts'
import { Field } from './field.ts'

function state(...players: PlayerRow[]) {
  return { total: players.length, players }
}

test('a player glides from one place to the next, and stays there', () => {
  const field = new Field()
  field.update(state(['a', 0, 0, 100, 1]), 0)
  field.update(state(['a', 100, 50, 90, 2]), 1_000)
  expect(field.at(1_000)[0]).toMatchObject({ x: 0, y: 0, health: 90 })
  expect(field.at(1_125)[0]).toMatchObject({ x: 50, y: 25 })
  expect(field.at(9_000)[0]).toMatchObject({ x: 100, y: 50 })
})

test('a place that comes during a movement begins where the player is drawn', () => {
  const field = new Field()
  field.update(state(['a', 0, 0, 100, 1]), 0)
  field.update(state(['a', 100, 0, 100, 2]), 1_000)
  field.update(state(['a', 0, 0, 100, 3]), 1_125)
  expect(field.at(1_125)[0]).toMatchObject({ x: 50 })
})

test('a player without a place is not drawn, nor is one that is no longer reported', () => {
  const field = new Field()
  field.update(state(['a', null, null, 100, 1], ['b', 1, 1, null, 1]), 0)
  expect(field.at(0).map(({ id }) => id)).toEqual(['b'])
  field.update(state(), 1)
  expect(field.at(1)).toEqual([])
})
