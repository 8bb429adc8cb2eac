/** A filter that cannot be read, with what it should look like. */
export class FilterError extends Error {
  override readonly name = 'FilterError'
}

/** Whether a record's decoded value is wanted. */
export type Filter = (value: unknown) => boolean

const MOST_CHARACTERS = 1_000

const OPERATORS = ['!=', '<=', '>=', '=', '<', '>', '~'] as const
type Operator = (typeof OPERATORS)[number]

/** A name of a path: plain, in quotes, or `*` for anything of a list or an object. */
const PATH = /^(?:(?:[A-Za-z_][\w-]*|\d+|\*|"(?:[^"\\]|\\.)*")(?:\.(?=\S)|(?=\s*(?:[!<>=~]|$))))+/
const STEP = /"((?:[^"\\]|\\.)*)"|[\w*-]+/g

/**
 * Reads a filter: a path into the value, an operator, and a value: `price > 9.99`, `id = "t-1"`, `users.* = root`,
 * `message ~ "Failed password"`. `~` is true if a text contains the other, whatever the case. A path alone is true where
 * the value has it. Several filters are joined by ` and `; an empty one passes everything. Text is compared, never run.
 *
 * A name that a union's branch has is found without the branch's name: `health < 20` finds
 * `{"playstream.PlayerHealth": {"health": 7}}`.
 * @throws FilterError
 */
export function parseFilter(text: string): Filter {
  if (text.length > MOST_CHARACTERS)
    throw new FilterError(`a filter has at most ${MOST_CHARACTERS} characters`)
  const filters = split(text).map(parseCondition)
  return (value) => filters.every((filter) => filter(value))
}

/** Cuts at ` and ` outside of quotes. */
function split(text: string): string[] {
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|(?!\s+and\s)[\s\S])+/gi) ?? []
  return parts.map((part) => part.replace(/^\s*and\s+/i, '').trim()).filter((part) => part !== '')
}

function parseCondition(text: string): Filter {
  const path = PATH.exec(text)?.[0]
  if (path === undefined || path === '') throw unreadable(text)
  const steps = [...path.matchAll(STEP)].map(([step, quoted]) =>
    quoted === undefined ? step : (JSON.parse(`"${quoted}"`) as string),
  )
  const rest = text.slice(path.length).trim()
  if (rest === '') return (value) => found(value, steps).length > 0
  const operator = OPERATORS.find((one) => rest.startsWith(one))
  const literal = operator && rest.slice(operator.length).trim()
  if (operator === undefined || !literal) throw unreadable(text)
  const wanted = parseLiteral(literal, text)
  return (value) => found(value, steps).some((one) => holds(one, operator, wanted))
}

function unreadable(text: string): FilterError {
  return new FilterError(
    `'${text}' is no filter: write a path, an operator (${OPERATORS.join(' ')}) and a value, for example: health < 20`,
  )
}

/** JSON where it is JSON; anything else is a text. */
function parseLiteral(literal: string, text: string): unknown {
  try {
    return parseExactNumbers(literal)
  } catch {
    if (literal.startsWith('"')) throw unreadable(text)
    return literal
  }
}

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown

/** A number of fewer digits is a double exactly. */
const LONG_NUMBER = /\d{16}/

/** Parses JSON; a whole number that a double does not hold becomes a bigint. */
export function parseExactNumbers(json: string): unknown {
  // A reviver is called for every value and takes ten times as long as the rest.
  if (!LONG_NUMBER.test(json)) return JSON.parse(json)
  return parse(json, (_, value, { source = '' }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  )
}

/** What lies at the path; several values where it has a `*`. */
function found(value: unknown, steps: readonly string[]): unknown[] {
  const [step, ...rest] = steps
  if (step === undefined) return [value]
  if (typeof value !== 'object' || value === null) return []
  if (step === '*') return Object.values(value).flatMap((one) => found(one, rest))
  if (Object.hasOwn(value, step)) return found((value as Record<string, unknown>)[step], rest)
  // The only name of a union's value is its branch.
  const [branch, ...others] = Object.entries(value)
  return branch && others.length === 0 && branch[0].includes('.') ? found(branch[1], steps) : []
}

function holds(value: unknown, operator: Operator, wanted: unknown): boolean {
  if (operator === '~') {
    const text = typeof value === 'object' ? JSON.stringify(value, bigints) : String(value)
    return text.toLowerCase().includes(String(wanted).toLowerCase())
  }
  if (operator === '=') return isSame(value, wanted)
  if (operator === '!=') return !isSame(value, wanted)
  if (!isComparable(value, wanted)) return false
  const [one, other] = [value, wanted] as [number, number]
  if (operator === '<') return one < other
  if (operator === '<=') return one <= other
  return operator === '>' ? one > other : one >= other
}

/** An id of digits may be a text in the topic. */
function isSame(value: unknown, wanted: unknown): boolean {
  // Also between a number and a bigint.
  if (isNumber(value) && isNumber(wanted)) return !(value < wanted) && !(value > wanted)
  return value === wanted || (typeof value === 'string' && value === String(wanted))
}

function isComparable(value: unknown, wanted: unknown): boolean {
  return (isNumber(value) && isNumber(wanted)) || (typeof value === 'string' && typeof wanted === 'string')
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
