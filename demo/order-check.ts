import type { KafkaMessage } from 'kafkajs'
import { RUN_HEADER, SEQUENCE_HEADER } from '../kafka/clients/run-headers.ts'

/**
 * Checks that each player's events arrive in the order in which they were sent. Producers number a player's events from
 * 1; an event whose number is not above the last one seen is a violation, numbers that were jumped over are missing.
 */
export class OrderCheck {
  /** Events that came after one that was sent later, or came twice. */
  violations = 0
  /** Events that had not come when a later one did. */
  missing = 0
  /** Events without a number, which others wrote. */
  unnumbered = 0
  readonly #last = new Map<string, number>()

  /** How many players were seen, over all runs observed. */
  get players(): number {
    return this.#last.size
  }

  observe(run: string, player: string, sequence: number): void {
    // The length tells where the run ends: both may hold any character.
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

/** A header's text; undefined where the record has none of that name. */
export function headerOf(message: KafkaMessage, name: string): string | undefined {
  const value = message.headers?.[name]
  const one = Array.isArray(value) ? value[0] : value
  return one?.toString()
}
