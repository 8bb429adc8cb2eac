import type { IHeaders } from 'kafkajs'

type HeaderText = string | null

/**
 * A record's headers for JSON: the text of each by its name, null where it has no value, a list where it comes more
 * than once. The object has no prototype, so that any name is but a name.
 */
export function headerTexts(headers: IHeaders | undefined): Record<string, HeaderText | HeaderText[]> {
  const texts: Record<string, HeaderText | HeaderText[]> = Object.create(null)
  for (const [name, content] of Object.entries(headers ?? {})) {
    const values = (Array.isArray(content) ? content : [content])
      // kafkajs takes what Object's prototype has by the name, as by 'constructor', for a header before.
      .filter((value) => value == null || typeof value === 'string' || Buffer.isBuffer(value))
      .map((value) => (value == null ? null : value.toString()))
    texts[name] = values.length === 1 ? (values[0] ?? null) : values
  }
  return texts
}
