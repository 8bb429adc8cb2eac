import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'

/** Who may open a page, and under which names. */
export interface Access {
  /** The address to listen on. */
  readonly host: string
  /** What a browser or a scraper must show; required on any address but loopback. */
  readonly token?: string
  /** Names under which the page is reached besides the address itself, for example behind a proxy. */
  readonly allowedHosts?: readonly string[]
}

/** The page is asked for in a way that could open it to strangers. */
export class AccessError extends Error {
  override readonly name = 'AccessError'
}

/** @throws AccessError for an address that others can reach, without a token */
export function requireClosed({ host, token }: Access): void {
  if (isLoopback(host) || (token !== undefined && token !== '')) return
  throw new AccessError(
    `${host} can be reached by others: give a token with --auth-token, or use a loopback address such as 127.0.0.1`,
  )
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/**
 * Whether a request's Host header names us. A page elsewhere can make a browser connect to us under a name of its own
 * (DNS rebinding); such a request carries that name.
 */
export function isOurHost(header: string | undefined, { host, allowedHosts = [] }: Access): boolean {
  const name = hostName(header)
  if (name === undefined) return false
  if (allowedHosts.includes(name) || name === host) return true
  return isLoopback(host) || host === '0.0.0.0' || host === '::' ? isLoopback(name) : false
}

/** Whether a request comes from our own page, or from no page at all. */
export function isOurOrigin(origin: string | undefined, hostHeader: string | undefined): boolean {
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  return new URL(origin).host === hostHeader
}

/** Compares in a time that tells nothing of the token. */
export function isToken(given: string | undefined, token: string): boolean {
  if (given === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

function hostName(header: string | undefined): string | undefined {
  if (header === undefined || !URL.canParse(`http://${header}`)) return undefined
  return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, '')
}
