import type { DeadLetter } from '../../kafka/dead-letters/dead-letter.ts'
import type { Causes } from '../../kafka/dead-letters/dead-letters.ts'
import { grouped, table } from '../terminal/output.ts'
import { printable, textOrBase64 } from '../terminal/printable.ts'
import { timeText } from '../terminal/time-text.ts'

/** The number of dead letters by error and processor. */
export function causesTable(causes: Causes): string {
  const rows = causes.list.map(
    ({ error, processor, records }) =>
      [printable(error ?? '(none)'), printable(processor ?? '(none)'), records] as const,
  )
  return table([['error', 'processor', 'records'], ...rows])
}

export function causesJson(causes: Causes) {
  return causes.list.map(({ error, processor, records }) => ({
    error: error ?? null,
    processor: processor ?? null,
    records,
  }))
}

/** A dead letter as JSON. Bytes are `{text}` if they are valid UTF-8, otherwise `{base64}`. */
export function deadLetterJson(letter: DeadLetter) {
  const { partition, offset, origin, processor, error, message, replayOf, timestamp, key, value } = letter
  return {
    partition,
    offset,
    origin: origin ?? null,
    processor: processor ?? null,
    error: error ?? null,
    message: message ?? null,
    replayOf: replayOf ?? null,
    timestamp: timeText(timestamp),
    key: key && textOrBase64(key),
    value: value && textOrBase64(value),
    headers: letter.headers.map(([name, content]) => ({ name, value: content && textOrBase64(content) })),
    ...(letter.reference ? { reference: letter.reference } : {}),
  }
}

/** A dead letter as a few lines of text that are safe for a terminal. */
export function deadLetterText(letter: DeadLetter): string {
  const { partition, offset, origin, processor, error, message, replayOf, timestamp, key, value } = letter
  const place = origin
    ? `from ${printable(origin.topic)} ${origin.partition}/${origin.offset}`
    : 'origin unknown (no dead-letter headers)'
  const before = replayOf === undefined ? '' : `, after a replay of ${printable(replayOf)}`
  const reason = [processor, error, message].map((part) => printable(part ?? '(none)')).join(': ')
  const headers = letter.headers.map(([name, content]) => `  header  ${printable(name)}: ${shown(content)}`)
  const first = [`${partition}/${offset}  ${timeText(timestamp)}  ${place}${before}`, `  ${reason}`]
  if (letter.reference) {
    const { size, digest } = letter.reference
    const bytes = size === undefined ? 'of unknown size' : `of ${grouped(size)} bytes`
    return [...first, `  record  ${bytes}, kept only in its original topic; ${printable(digest)}`].join('\n')
  }
  return [...first, `  key     ${shown(key)}`, `  value   ${shown(value)}`, ...headers].join('\n')
}

function shown(bytes: Buffer | null): string {
  if (bytes === null) return '-'
  const content = textOrBase64(bytes)
  return 'text' in content ? printable(content.text) : `base64 ${content.base64}`
}
