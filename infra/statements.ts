import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A statement of Flink SQL. */
export interface Statement {
  /** Of its file and its place in it: `dedup-1`. */
  readonly name: string
  readonly sql: string
}

/** Strings, quoted names and comments, in which a semicolon ends nothing; and the semicolons that do. */
const TOKEN = /'(?:[^']|'')*'|`(?:[^`]|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|;/g

/** The statements of a folder's `.sql` files, in the order of the files' names; none where there is no such folder. */
export function readStatements(folder: string): Statement[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .flatMap((file) => {
      const base = file
        .slice(0, -'.sql'.length)
        .replace(/[^A-Za-z0-9]+/g, '-')
        .toLowerCase()
      return splitStatements(readFileSync(join(folder, file), 'utf8')).map((sql, index) => ({
        name: `${base}-${index + 1}`,
        sql,
      }))
    })
}

/** The statements of a text, without the semicolons that end them; what is only comment is none. */
export function splitStatements(text: string): string[] {
  const parts: string[] = []
  let start = 0
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token !== ';') continue
    parts.push(text.slice(start, index))
    start = index + 1
  }
  parts.push(text.slice(start))
  return parts.map((part) => part.trim()).filter((part) => part.replace(TOKEN, removeComment).trim() !== '')
}

function removeComment(token: string): string {
  return token.startsWith('--') || token.startsWith('/*') ? '' : token
}
