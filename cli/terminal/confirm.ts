import { createInterface } from 'node:readline/promises'

/** Asks a yes-or-no question; undefined when there is no terminal to ask on. */
export async function confirm(question: string): Promise<boolean | undefined> {
  const said = await ask(`${question} [y/N] `)
  return said === undefined ? undefined : /^y(es)?$/i.test(said)
}

/** Asks a question and returns the answer, empty after Ctrl-C or Ctrl-D; undefined when there is no terminal to ask on. */
export async function ask(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    // The promise of `question` never settles after the terminal closes.
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    return (await Promise.race([terminal.question(question), closed])).trim()
  } finally {
    terminal.close()
  }
}
