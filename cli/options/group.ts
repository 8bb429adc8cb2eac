import type { Command } from 'commander'

/** A command that only holds others: without one of them, or with an unknown one, it says which there are. */
export function group(parent: Command, name: string, description: string): Command {
  const command = parent.command(name).description(description).allowExcessArguments(true)
  return command.action(() => {
    const verbs = command.commands.map((verb) => verb.name()).join(', ')
    const [given] = command.args
    command.error(
      given ? `'${name} ${given}' is no command; ${name} has: ${verbs}` : `${name} needs one of: ${verbs}`,
    )
  })
}
