import { BLANK, CLOSING_BRACKET, COLON, OPENING_BRACKET } from './text/character-codes.ts'

/** The program and pid that syslog puts before the message: `sshd[123]: `. */
export interface Tag {
  readonly app: string | null
  readonly pid: number | null
  /** Where the message begins. */
  readonly end: number
}

/** The longest program name: RFC 3164 allows 32 characters, and programs exceed it, but not by much. */
const LONGEST_APP = 128

/**
 * Reads `app[pid]: `, `app: `, `app[pid] ` and, as some BSDs and old wrappers write it, `[app]: ` and `[app] `. A colon
 * without a blank after it belongs to the name, unless a pid precedes it. Undefined if there is no tag at `from`.
 */
export function readTag(text: string, from: number): Tag | undefined {
  if (text.startsWith('sshd[', from)) return readPid(text, 'sshd', from + 4)
  if (text.charCodeAt(from) === OPENING_BRACKET) return readBracketed(text, from)
  let at = from
  for (const limit = Math.min(text.length, from + LONGEST_APP); at < limit; at += 1) {
    const code = text.charCodeAt(at)
    if (code === BLANK) return undefined
    if (code === OPENING_BRACKET) return at === from ? undefined : readPid(text, text.slice(from, at), at)
    if (code === COLON && isEnd(text, at + 1)) {
      if (at === from) return undefined
      return { app: text.slice(from, at), pid: null, end: skipBlank(text, at + 1) }
    }
  }
  return undefined
}

function readPid(text: string, app: string, bracket: number): Tag | undefined {
  let pid = 0
  let at = bracket + 1
  for (; at < bracket + 12; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) break
    pid = pid * 10 + digit
  }
  if (at === bracket + 1 || text.charCodeAt(at) !== CLOSING_BRACKET) return undefined
  const colon = text.charCodeAt(at + 1) === COLON
  if (!colon && !isEnd(text, at + 1)) return undefined
  return { app, pid, end: skipBlank(text, colon ? at + 2 : at + 1) }
}

function readBracketed(text: string, from: number): Tag | undefined {
  const closing = text.slice(from, from + LONGEST_APP).indexOf(']') + from
  if (closing <= from + 1) return undefined
  const app = text.slice(from + 1, closing)
  const colon = text.charCodeAt(closing + 1) === COLON
  if (app.includes(' ') || (!colon && !isEnd(text, closing + 1))) return undefined
  return { app, pid: null, end: skipBlank(text, colon ? closing + 2 : closing + 1) }
}

function isEnd(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) === BLANK
}

function skipBlank(text: string, at: number): number {
  return text.charCodeAt(at) === BLANK ? at + 1 : at
}
