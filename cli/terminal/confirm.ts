import { createInterface } from 'node:readline/promises'

/** Asks a person; undefined where there is none to ask. */
export async function confirm(question: string): Promise<boolean | undefined> {
  const said = await ask(`${question} [y/N] `)
  return said === undefined ? undefined : /^y(es)?$/i.test(said)
}

/** What a person answers, nothing where they end it with Ctrl-C or Ctrl-D; undefined where there is none to ask. */
export async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    // A question is never answered once its terminal is closed.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    return (await Promise.race([terminal.question(question), closed])).trim()
  } finally {
    terminal.close()
  }
}
