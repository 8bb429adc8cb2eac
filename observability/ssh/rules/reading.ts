import type { Kind } from './kind.ts'
import type { Message } from './message.ts'

/** What one message says by itself, whatever else is known of its connection. */
export interface Reading {
  readonly kind: Kind
  /** May be empty: a client may send an empty name. */
  readonly user: string | undefined
  readonly address: string | undefined
  readonly port: number | undefined
  readonly method: string | undefined
}

/** A reading, all of whose fields are there, so that all readings are of one shape. */
export function readingOf(
  kind: Kind,
  peer?: { readonly address: string | undefined; readonly port?: number | undefined },
  user?: string,
  method?: string,
): Reading {
  return { kind, user, address: peer?.address, port: peer?.port, method }
}

/**
 * Reads messages of a few kinds; undefined for any other. It takes time linear in the message's length, and nothing that
 * a client may have chosen is ever taken for sshd's own words.
 * @param known the address that earlier messages told of the connection: it decides where a message could be read in
 * two ways
 */
export type Rule = (message: Message, known: string | undefined) => Reading | undefined
