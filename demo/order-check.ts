import type { KafkaMessage } from 'kafkajs'
import { RUN_HEADER, SEQUENCE_HEADER } from '../kafka/clients/run-headers.ts'

/**
 * Checks that each player's events arrive in the order in which they were sent. Producers number the events of a player
 * from 1. An event whose number is not above the last is a violation; skipped numbers are missing.
 */
export class OrderCheck {
  /** Events that arrived after a later one, or twice. */
  violations = 0
  /** Events that had not arrived before a later one. */
  missing = 0
  /** Events without a number, written by other programs. */
  unnumbered = 0
  readonly #last = new Map<string, number>()

  /** Number of players seen, counted per run. */
  get players(): number {
    return this.#last.size
  }

  observe(run: string, player: string, sequence: number): void {
    // The length separates run and player: both may contain any character.
    const entity = `${run.length}:${run}${player}`
    const last = this.#last.get(entity) ?? 0
    if (sequence <= last) {
      this.violations += 1
      return
    }
    this.missing += sequence - last - 1
    this.#last.set(entity, sequence)
  }

  observeMessage(message: KafkaMessage): void {
    const run = headerOf(message, RUN_HEADER)
    const sequence = Number(headerOf(message, SEQUENCE_HEADER))
    if (run === undefined || message.key === null || !Number.isSafeInteger(sequence) || sequence < 1) {
      this.unnumbered += 1
      return
    }
    this.observe(run, message.key.toString(), sequence)
  }
}

/** A header's text; undefined if the record has no such header. */
export function headerOf(message: KafkaMessage, name: string): string | undefined {
  const value = message.headers?.[name]
  const one = Array.isArray(value) ? value[0] : value
  return one?.toString()
}
