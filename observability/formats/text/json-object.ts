/** The members of a JSON object, of whatever types. JSON's `__proto__` is a member like any other, and no prototype. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The JSON object that a text is; undefined for a text that is none. */
export function readJsonObject(text: string): JsonObject | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return objectOf(value)
}

/** An object; undefined for anything else. */
export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined
}

/** A text that is not empty; null for anything else. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A whole number from 0 on, also where it comes as decimal text; null for anything else. */
export function wholeNumberOf(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : null
}
