/** A JSON object with members of any type. A member called `__proto__` is an ordinary member. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Parses a JSON object; undefined for any other text. */
export function readJsonObject(text: string): JsonObject | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return objectOf(value)
}

/** The value if it is an object; undefined otherwise. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined
}

/** The value if it is a non-empty text; null otherwise. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The value if it is a whole number of at least 0, or the decimal text of one; null otherwise. */
export function wholeNumberOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}
