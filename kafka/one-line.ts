import { stripVTControlCharacters } from 'node:util'

const MOST = 200

/** Text of another program for one of our lines: no line breaks, no control sequences, at most 200 characters. */
export function oneLine(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return line.length > MOST ? `${line.slice(0, MOST - 1).trimEnd()}…` : line
}
