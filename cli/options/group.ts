import type { Command } from 'commander'

/** A command that only contains subcommands. Without a known subcommand it fails and lists them. */
export function group(parent: Command, name: string, description: string): Command {
  const command = parent.command(name).description(description).allowExcessArguments(true)
  return command.action(() => {
    const verbs = command.commands.map((verb) => verb.name()).join(', ')
    const [given] = command.args
    command.error(
      given
        ? `unknown command '${name} ${given}'; ${name} has: ${verbs}`
        : `${name} needs a subcommand: ${verbs}`,
    )
  })
}
