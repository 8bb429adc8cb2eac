import type { Command } from 'commander'

/** Adds a verb to the program. */
export type AddVerb = (program: Command) => void

/** Verbs in the order of the help. Each loads its file only when it is called, with the arguments after the verb's name. */
export type Verbs = Readonly<Record<string, (args: readonly string[]) => Promise<AddVerb>>>

/** Loads the verb that the arguments name, or all verbs for the help and for an unknown word. */
export async function loadNeeded(verbs: Verbs, args: readonly string[]): Promise<AddVerb[]> {
  const at = args.findIndex((word, index) => !word.startsWith('-') && args[index - 1] !== '--profile')
  const name = args[at]
  const load = name !== undefined && Object.hasOwn(verbs, name) ? verbs[name] : undefined
  return load ? [await load(args.slice(at + 1))] : Promise.all(Object.values(verbs).map((one) => one([])))
}
