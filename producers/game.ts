import type { GameEvent } from '../catalog/events.ts'
import { Random } from './random.ts'

export interface GameOptions {
  readonly players: number
  readonly seed: number
  /** Time of the first event, in ms since the epoch. */
  readonly start: number
  /** Events per second of game time. */
  readonly eventsPerSecond: number
}

export interface PlayerEvent {
  readonly playerId: string
  /** From 1, counting the player's events of both types together. */
  readonly sequence: number
  readonly event: GameEvent
}

interface Player {
  readonly id: string
  sequence: number
  /** Metres, unrounded; events are rounded to the centimetre. */
  x: number
  y: number
  health: number
  goal: { x: number; y: number }
  speed: number
  movedAt: number
}

const MAP_METRES = 1_000
const FULL_HEALTH = 100
/** Moves among ten events on average; the rest are changes of health. */
const MOVES_OF_TEN = 8

/**
 * A simulated game: players walk from place to place, get hurt, heal, die and respawn. Deterministic: the same options
 * give the same events, whenever and however fast they are read.
 */
export class Game {
  readonly #random: Random
  readonly #players: Player[]
  readonly #options: GameOptions
  #happened = 0

  constructor(options: GameOptions) {
    this.#options = options
    this.#random = new Random(options.seed)
    const digits = Math.max(4, String(options.players).length)
    this.#players = Array.from({ length: options.players }, (_, index) =>
      this.#spawn(`player-${String(index + 1).padStart(digits, '0')}`),
    )
  }

  next(): PlayerEvent {
    const { start, eventsPerSecond } = this.#options
    const timestamp = start + Math.floor((this.#happened * 1000) / eventsPerSecond)
    this.#happened += 1
    const player = this.#players[this.#random.below(this.#players.length)] as Player
    player.sequence += 1
    const moves = this.#random.below(10) < MOVES_OF_TEN
    const event = moves ? this.#move(player, timestamp) : this.#changeHealth(player, timestamp)
    return { playerId: player.id, sequence: player.sequence, event }
  }

  #spawn(id: string): Player {
    const place = this.#place()
    return {
      id,
      sequence: 0,
      ...place,
      health: FULL_HEALTH,
      goal: this.#place(),
      speed: this.#random.between(1.5, 7),
      movedAt: this.#options.start,
    }
  }

  #move(player: Player, timestamp: number): GameEvent {
    const seconds = (timestamp - player.movedAt) / 1000
    player.movedAt = timestamp
    const dx = player.goal.x - player.x
    const dy = player.goal.y - player.y
    const left = Math.hypot(dx, dy)
    const step = player.speed * seconds
    if (step >= left) {
      player.x = player.goal.x
      player.y = player.goal.y
      player.goal = this.#place()
      player.speed = this.#random.between(1.5, 7)
    } else {
      player.x += (dx / left) * step
      player.y += (dy / left) * step
    }
    const [x, y] = [centimetres(player.x), centimetres(player.y)]
    return { 'playstream.PlayerPosition': { player_id: player.id, x, y, timestamp } }
  }

  #changeHealth(player: Player, timestamp: number): GameEvent {
    if (player.health === 0) {
      player.health = FULL_HEALTH
    } else {
      const change = this.#random.chance(0.6) ? -1 - this.#random.below(30) : 1 + this.#random.below(20)
      player.health = Math.min(FULL_HEALTH, Math.max(0, player.health + change))
    }
    return { 'playstream.PlayerHealth': { player_id: player.id, health: player.health, timestamp } }
  }

  #place(): { x: number; y: number } {
    return { x: this.#random.between(0, MAP_METRES), y: this.#random.between(0, MAP_METRES) }
  }
}

function centimetres(metres: number): number {
  return Math.round(metres * 100) / 100
}
