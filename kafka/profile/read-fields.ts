import {
  type FIELDS,
  type Field,
  type Fields,
  pathsOf,
  requiredBeside,
  type Values,
  type Written,
} from './fields.ts'
import { Secret } from './secret.ts'

/** Where the fields of a profile are read from. */
export interface Source {
  /** What a message calls a field. */
  nameOf(field: Field<unknown>, path: readonly string[]): string
  /** What the source holds for a field: text or a list of texts; undefined for nothing. */
  at(field: Field<unknown>, path: readonly string[]): unknown
  /** Whether a list is a list, rather than text with commas. */
  readonly hasLists: boolean
}

export interface Reading<F> {
  readonly values: Values<F>
  /** The fields that are set, as a profile file holds them, with secrets masked. */
  readonly shown: Written<F>
  /** What is wrong or missing: sentences without any secret. */
  readonly problems: readonly string[]
}

/** Reads and checks fields, and whether those are set that must stand beside them. */
export function readFields<F extends Fields>(fields: F, source: Source): Reading<F> {
  const values = {}
  const shown = {}
  const problems: string[] = []
  const isSet = new Set<Field<unknown>>()
  const paths = pathsOf(fields)
  for (const [path, field] of paths) {
    const name = source.nameOf(field, path)
    const found = source.at(field, path)
    const text = textOf(found)
    if (text === undefined) continue
    isSet.add(field)
    if (text === null) problems.push(`${name} is not text`)
    const value = text === null ? undefined : parseField(field, text, name, problems)
    if (value === undefined) continue
    if (source.hasLists && Array.isArray(value) !== Array.isArray(found))
      problems.push(`${name} is ${Array.isArray(value) ? 'not a list' : 'a list'}`)
    put(values, path, value)
    put(shown, path, value instanceof Secret ? String(value) : Array.isArray(value) ? value : text)
  }
  const required = requiredBeside(values as Values<typeof FIELDS>)
  for (const [path, field] of paths)
    if (required.includes(field) && !isSet.has(field))
      problems.push(`${source.nameOf(field, path)} is not set (${field.about})`)
  return { values, shown, problems }
}

/** The value of a field's text; undefined where the text is wrong, with each problem added to the list. */
export function parseField<T>(
  field: Field<T>,
  text: string,
  name: string,
  problems: string[],
): T | undefined {
  return field.parse(text, (problem) => problems.push(`${name} ${problem}`))
}

/** Undefined for nothing but blanks; null for what is neither text nor a list of texts. */
function textOf(found: unknown): string | undefined | null {
  if (found === undefined) return undefined
  const parts = Array.isArray(found) ? found : [found]
  if (!parts.every((part) => typeof part === 'string')) return null
  return parts.join(',').trim() || undefined
}

function put(groups: object, path: readonly string[], value: unknown): void {
  const [name, ...rest] = path as [string, ...string[]]
  if (rest.length === 0) {
    Object.assign(groups, { [name]: value })
    return
  }
  const group = (groups as Record<string, object>)[name] ?? {}
  put(group, rest, value)
  Object.assign(groups, { [name]: group })
}

/** The fields of an object with the same groups, such as the JSON of a profile file. */
export function objectSource(found: unknown, prefix = ''): Source {
  return {
    nameOf: (_, path) => prefix + path.join('.'),
    at: (_, path) => valueAt(found, path),
    hasLists: true,
  }
}

function valueAt(groups: unknown, path: readonly string[]): unknown {
  return path.reduce((group, name) => (group as Record<string, unknown> | null | undefined)?.[name], groups)
}

/** The fields that are set, each with its label and its text. */
export function labelled<F extends Fields>(fields: F, shown: Written<F>): [label: string, text: string][] {
  return pathsOf(fields).flatMap(([path, { label }]) => {
    const text = valueAt(shown, path)
    return text === undefined ? [] : [[label, String(text)] as [string, string]]
  })
}
