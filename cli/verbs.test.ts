import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { VERB_NAMES, verbsFor } from './verbs.ts'

async function namesFor(...args: string[]): Promise<string[]> {
  const program = new Command()
  for (const add of await verbsFor(args)) add(program)
  return program.commands.map((command) => command.name())
}

describe('the verbs that are loaded', () => {
  test.each(VERB_NAMES)('for %s are it alone', async (name) => {
    expect(await namesFor(name, '--help')).toEqual([name])
    expect(await namesFor('--profile', 'cloud', name)).toEqual([name])
    expect(await namesFor('--profile=cloud', name, 'up')).toEqual([name])
  })

  test.each([[[]], [['--help']], [['help', 'up']], [['nonsense']], [['constructor']], [['--profile', 'up']]])(
    'for %j are all',
    async (args) => {
      expect(await namesFor(...args)).toEqual(VERB_NAMES)
    },
  )
})
