import { describe, expect, test } from 'vitest'
import type { GameEvent } from '../../catalog/events.ts'
import { PayloadError } from '../../kafka/errors.ts'
import { TestDriver } from '../runtime/test-driver.ts'
import { type PlayerState, playerState } from './player-state.ts'

const health = (player_id: string, value: number, timestamp: number): GameEvent => ({
  'playstream.PlayerHealth': { player_id, health: value, timestamp },
})
const position = (player_id: string, x: number, y: number, timestamp: number): GameEvent => ({
  'playstream.PlayerPosition': { player_id, x, y, timestamp },
})

function drive(...events: (GameEvent | PayloadError)[]) {
  const driver = new TestDriver(playerState)
  driver.pipeAll(events.map((event, index) => ({ event, value: Buffer.from('avro'), timestamp: index })))
  driver.commit()
  return driver
}

const states = (driver: TestDriver<PlayerState, GameEvent>) =>
  driver.outputOf('player-state').map(({ key, value }) => [String(key), JSON.parse(String(value))])

const nothing = { health: null, health_at: null, x: null, y: null, position_at: null }

describe('player state', () => {
  test('the state holds the last event of each type, and null before the first', () => {
    expect(states(drive(health('a', 80, 5), position('a', 1, 2, 6), health('a', 70, 7)))).toEqual([
      ['a', { ...nothing, player_id: 'a', health: 80, health_at: 5 }],
      ['a', { player_id: 'a', health: 80, health_at: 5, x: 1, y: 2, position_at: 6 }],
      ['a', { player_id: 'a', health: 70, health_at: 7, x: 1, y: 2, position_at: 6 }],
    ])
  })

  test('players have separate states', () => {
    const last = new Map(states(drive(health('a', 80, 5), health('b', 1, 5), position('a', 3, 4, 5))) as [])
    expect(last.get('a')).toMatchObject({ health: 80, x: 3 })
    expect(last.get('b')).toMatchObject({ health: 1, x: null })
  })

  test('the last event by offset wins, even with an earlier timestamp', () => {
    expect(states(drive(health('a', 80, 900), health('a', 70, 100))).at(-1)?.[1]).toMatchObject({
      health: 70,
      health_at: 100,
    })
  })

  test('the state survives a restart', () => {
    const driver = drive(health('a', 80, 5))
    driver.restart()
    driver.pipe({ event: position('a', 1, 2, 6) })
    driver.commit()
    expect(states(driver).at(-1)?.[1]).toMatchObject({ health: 80, x: 1 })
  })

  test('an unreadable value is dead-lettered and leaves the state unchanged', () => {
    const driver = drive(health('a', 80, 5), new PayloadError('CORRUPT', 'the value ends early'))
    expect(states(driver)).toHaveLength(1)
    const [letter] = driver.deadLetters
    expect(String(letter?.value)).toBe('avro')
    expect(letter?.headers.map(String)).toContain('dead-letter-error,CORRUPT')
  })
})
