import type { Kind } from './kind.ts'
import type { Message } from './message.ts'

/** What one message says by itself, without the earlier lines of its connection. */
export interface Reading {
  readonly kind: Kind
  /** May be empty: a client may send an empty name. */
  readonly user: string | undefined
  readonly address: string | undefined
  readonly port: number | undefined
  readonly method: string | undefined
}

/** Makes a reading with all fields present, so that all readings have the same hidden class in V8. */
export function readingOf(
  kind: Kind,
  peer?: { readonly address: string | undefined; readonly port?: number | undefined },
  user?: string,
  method?: string,
): Reading {
  return { kind, user, address: peer?.address, port: peer?.port, method }
}

/**
 * Reads messages of a few kinds; undefined for all others. Takes time linear in the message's length, and never mistakes
 * text that a client chose for sshd's own.
 * @param known the connection's address from earlier messages; decides between two possible readings of a message
 */
export type Rule = (message: Message, known: string | undefined) => Reading | undefined
