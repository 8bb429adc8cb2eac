import { stripVTControlCharacters } from 'node:util'

const MOST = 200

/** Another program's text as a part of one line: no line breaks, no control characters, at most 200 characters. */
export function oneLine(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return line.length > MOST ? `${line.slice(0, MOST - 1).trimEnd()}…` : line
}
