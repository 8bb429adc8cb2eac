import type { Command } from 'commander'

/** Adds a verb to the program. */
export type AddVerb = (program: Command) => void

/** Verbs in the order of the help, each in a file that is read only where the arguments after its name need it. */
export type Verbs = Readonly<Record<string, (args: readonly string[]) => Promise<AddVerb>>>

/** The verb that the arguments name, or all of them, for the help and for a word that is none. */
export async function loadNeeded(verbs: Verbs, args: readonly string[]): Promise<AddVerb[]> {
  const at = args.findIndex((word, index) => !word.startsWith('-') && args[index - 1] !== '--profile')
  const name = args[at]
  const load = name !== undefined && Object.hasOwn(verbs, name) ? verbs[name] : undefined
  return load ? [await load(args.slice(at + 1))] : Promise.all(Object.values(verbs).map((one) => one([])))
}
