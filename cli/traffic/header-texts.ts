import type { IHeaders } from 'kafkajs'

type HeaderText = string | null

/**
 * A record's headers for JSON, by name: the text of each, null without a value, and a list for a repeated header. The object has
 * no prototype, so that a header may have any name, such as `__proto__`.
 */
export function headerTexts(headers: IHeaders | undefined): Record<string, HeaderText | HeaderText[]> {
  const texts: Record<string, HeaderText | HeaderText[]> = Object.create(null)
  for (const [name, content] of Object.entries(headers ?? {})) {
    const values = (Array.isArray(content) ? content : [content])
      // kafkajs counts an inherited property, such as 'constructor', as an earlier header of that name.
      .filter((value) => value == null || typeof value === 'string' || Buffer.isBuffer(value))
      .map((value) => (value == null ? null : value.toString()))
    texts[name] = values.length === 1 ? (values[0] ?? null) : values
  }
  return texts
}
