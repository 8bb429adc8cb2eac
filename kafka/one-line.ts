import { stripVTControlCharacters } from 'node:util'

const MOST = 200

/** What another program said, as part of a line of ours: no line breaks, nothing that steers a terminal, no book. */
export function oneLine(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return line.length > MOST ? `${line.slice(0, MOST - 1).trimEnd()}…` : line
}
