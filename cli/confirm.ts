import { createInterface } from 'node:readline/promises'

/** Asks a person; undefined where there is none to ask. */
export async function confirm(question: string): Promise<boolean | undefined> {
  const said = await answer(`${question} [y/N] `)
  return said === undefined ? undefined : /^y(es)?$/i.test(said)
}

/** What a person answers; undefined where there is none to ask. */
export async function answer(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await terminal.question(question)).trim()
  } finally {
    terminal.close()
  }
}
