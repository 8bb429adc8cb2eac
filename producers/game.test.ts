import { describe, expect, test } from 'vitest'
import type { PlayerHealth, PlayerPosition } from '../catalog/events.ts'
import { Game, type GameOptions, type PlayerEvent } from './game.ts'

const options: GameOptions = {
  players: 20,
  seed: 11,
  start: Date.UTC(2026, 0, 1),
  eventsPerSecond: 100,
}

/** Top running speed, and the largest distance that rounding both ends to a centimetre can add. */
const FASTEST_METRES_PER_SECOND = 7
const ROUNDING_METRES = 0.0142

function play(count: number, changes: Partial<GameOptions> = {}): PlayerEvent[] {
  const game = new Game({ ...options, ...changes })
  return Array.from({ length: count }, () => game.next())
}

function content({ event }: PlayerEvent): PlayerHealth | PlayerPosition {
  return 'playstream.PlayerHealth' in event
    ? event['playstream.PlayerHealth']
    : event['playstream.PlayerPosition']
}

function byPlayer(events: readonly PlayerEvent[]): Map<string, PlayerEvent[]> {
  return Map.groupBy(events, ({ playerId }) => playerId)
}

const events = play(50_000)
const positions = events.map(content).filter((event) => 'x' in event)
const healths = events.map(content).filter((event) => 'health' in event)

describe('game', () => {
  test('the same options give the same events', () => {
    expect(play(2_000)).toEqual(events.slice(0, 2_000))
  })

  test('another seed gives other events', () => {
    expect(play(50, { seed: 12 }).map(content)).not.toEqual(events.slice(0, 50).map(content))
  })

  test('each player’s events are numbered 1, 2, 3, moves and health together', () => {
    for (const [player, own] of byPlayer(events)) {
      expect(
        own.map(({ sequence }) => sequence),
        player,
      ).toEqual(own.map((_, index) => index + 1))
    }
  })

  test('every player has events, and no other player does', () => {
    expect(byPlayer(events).size).toBe(20)
    expect(new Set(play(5_000, { players: 1 }).map(({ playerId }) => playerId)).size).toBe(1)
  })

  test('an event’s player_id is the player it is returned for', () => {
    expect(events.filter((event) => content(event).player_id !== event.playerId)).toEqual([])
  })

  test('a game has both moves and health changes', () => {
    expect(positions.length).toBeGreaterThan(healths.length)
    expect(healths.length).toBeGreaterThan(0)
    expect(healths.length + positions.length).toBe(events.length)
  })
})

describe('game time', () => {
  test('time begins at the given start and never goes back', () => {
    const times = events.map((event) => content(event).timestamp)
    expect(times[0]).toBe(options.start)
    expect(times.filter((time, index) => time < (times[index - 1] ?? 0) || !Number.isInteger(time))).toEqual(
      [],
    )
  })

  test.each([0.5, 100, 7_333])('time advances at %d events a second', (eventsPerSecond) => {
    const last = play(1_001, { eventsPerSecond }).at(-1)
    const seconds = last ? (content(last).timestamp - options.start) / 1_000 : 0
    expect(seconds).toBeCloseTo(1_000 / eventsPerSecond, 2)
  })
})

describe('player', () => {
  test('a player’s health is a whole number from 0 to 100', () => {
    const outside = healths.filter(({ health }) => !Number.isInteger(health) || health < 0 || health > 100)
    expect(outside).toEqual([])
  })

  test('a dead player respawns with full health', () => {
    let deaths = 0
    for (const own of byPlayer(events).values()) {
      const points = own.map(content).flatMap((event) => ('health' in event ? [event.health] : []))
      for (const [index, health] of points.entries()) {
        if (health !== 0 || index + 1 === points.length) continue
        deaths += 1
        expect(points[index + 1]).toBe(100)
      }
    }
    expect(deaths).toBeGreaterThan(0)
  })

  test('a player stays on the map, one kilometre square', () => {
    expect(positions.filter(({ x, y }) => !(x >= 0 && x <= 1_000 && y >= 0 && y <= 1_000))).toEqual([])
  })

  test('a player moves no faster than running speed', () => {
    for (const [player, own] of byPlayer(events)) {
      const path = own.map(content).filter((event) => 'x' in event)
      for (const [index, to] of path.entries()) {
        const from = path[index - 1]
        if (!from) continue
        const metres = Math.hypot(to.x - from.x, to.y - from.y)
        const seconds = (to.timestamp - from.timestamp) / 1_000
        expect(metres, player).toBeLessThanOrEqual(FASTEST_METRES_PER_SECOND * seconds + ROUNDING_METRES)
      }
    }
  })

  test('a player moves at walking to running speed, even with many events per millisecond', () => {
    const SAMPLE_SECONDS = 0.1
    const crowded = play(2_000_000, { players: 10, eventsPerSecond: 500_000 })
    for (const [player, own] of byPlayer(crowded)) {
      let [metres, seconds] = [0, 0]
      let from: PlayerPosition | undefined
      for (const event of own) {
        const to = content(event)
        if (!('x' in to)) continue
        from ??= to
        const passed = (to.timestamp - from.timestamp) / 1_000
        if (passed < SAMPLE_SECONDS) continue
        metres += Math.hypot(to.x - from.x, to.y - from.y)
        seconds += passed
        from = to
      }
      expect(seconds).toBeGreaterThan(3.5)
      const rounding = ROUNDING_METRES / SAMPLE_SECONDS
      expect(metres / seconds, player).toBeGreaterThan(1.5 - rounding)
      expect(metres / seconds, player).toBeLessThan(FASTEST_METRES_PER_SECOND + rounding)
    }
  })

  test('positions are rounded to the centimetre', () => {
    const finer = positions.filter(({ x, y }) =>
      [x, y].some((metres) => metres !== Math.round(metres * 100) / 100),
    )
    expect(finer).toEqual([])
  })

  test('a player covers over 100 m of the map within minutes', () => {
    for (const [player, own] of byPlayer(events)) {
      const xs = own.map(content).flatMap((event) => ('x' in event ? [event.x] : []))
      expect(Math.max(...xs) - Math.min(...xs), player).toBeGreaterThan(100)
    }
  })
})
