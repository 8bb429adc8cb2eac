import { Command, type Option } from 'commander'
import { describe, expect, test } from 'vitest'
import { ENDS_ON_BROKEN_PIPE, fullNameOf } from './broken-pipe.ts'
import { VERB_NAMES, verbsFor } from './verbs.ts'

async function namesFor(...args: string[]): Promise<string[]> {
  const program = new Command()
  for (const add of await verbsFor(args)) add(program)
  return program.commands.map((command) => command.name())
}

/** The options of a command and of all its subcommands. */
function optionsOf(command: Command): [string, Option][] {
  const own = command.options.map((option): [string, Option] => [`${command.name()} ${option.long}`, option])
  return [...own, ...command.commands.flatMap(optionsOf)]
}

test('every default in the help is accepted as an argument', async () => {
  const program = new Command()
  for (const add of await verbsFor([])) add(program)
  const parsed = optionsOf(program).filter(
    ([, { parseArg, defaultValue }]) => parseArg && defaultValue !== undefined,
  )
  expect(parsed.length).toBeGreaterThan(20)
  for (const [name, { parseArg, defaultValue, defaultValueDescription }] of parsed) {
    const shown =
      defaultValueDescription ??
      (typeof defaultValue === 'string' ? defaultValue : JSON.stringify(defaultValue))
    expect(() => parseArg?.(shown, undefined), `${name} shows ${shown}`).not.toThrow()
    expect([name, parseArg?.(shown, undefined)]).toEqual([name, defaultValue])
  }
})

describe('the loaded verbs', () => {
  test.each(VERB_NAMES)('for %s are that verb alone', async (name) => {
    expect(await namesFor(name, '--help')).toEqual([name])
    expect(await namesFor('--profile', 'cloud', name)).toEqual([name])
    expect(await namesFor('--profile=cloud', name, 'up')).toEqual([name])
  })

  test.each([[[]], [['--help']], [['help', 'up']], [['nonsense']], [['constructor']], [['--profile', 'up']]])(
    'for %j are all verbs',
    async (args) => {
      expect(await namesFor(...args)).toEqual(VERB_NAMES)
    },
  )
})

test('every command that ends on a broken pipe exists', async () => {
  const program = new Command()
  for (const add of await verbsFor([])) add(program)
  const leaves = (command: Command): string[] =>
    command.commands.length === 0 ? [fullNameOf(command)] : command.commands.flatMap(leaves)
  expect(leaves(program)).toEqual(expect.arrayContaining([...ENDS_ON_BROKEN_PIPE]))
})

test('exactly the long-running commands accept --log-format', async () => {
  const program = new Command()
  for (const add of await verbsFor([])) add(program)
  const withLog = (command: Command): string[] => [
    ...(command.options.some(({ long }) => long === '--log-format') ? [fullNameOf(command)] : []),
    ...command.commands.flatMap(withLog),
  ]
  expect(withLog(program)).toEqual([
    'start',
    'produce game',
    'produce transactions',
    'dedup run',
    'stream run',
    'logs ship',
    'ssh detect',
  ])
})
