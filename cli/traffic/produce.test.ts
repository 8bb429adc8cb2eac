import { Command, CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { ProfileError } from '../../kafka/errors.ts'
import { produceCommand } from './produce.ts'

/** The error for these shares: wrong usage, or, if they are valid, the missing profile. */
async function refusal(duplicates: number, late: number, malformed: number): Promise<unknown> {
  const program = new Command().option('--profile <name>').exitOverride()
  program.configureOutput({ outputError: () => {} })
  produceCommand(program)
  const shares = ['--duplicates', duplicates, '--late-duplicates', late, '--malformed', malformed]
  const args = ['--profile', 'absent', 'produce', 'transactions', ...shares.map(String)]
  return program.parseAsync(args, { from: 'user' }).catch((error: unknown) => error)
}

describe('the shares of transactions', () => {
  test.each([
    [0.3, 0.05, 0.01],
    [0, 0, 0],
    [0, 0.5, 0],
    [0.3, 0.3, 0.1],
    [0.9, 0, 0.09],
  ])('%d repeated, %d late and %d malformed are accepted', async (...shares) => {
    expect(await refusal(...shares)).toBeInstanceOf(ProfileError)
  })

  test.each([
    [1, 0, 0],
    [0.9, 0, 0.1],
    [0.7, 0.2, 0.1],
    [0.5, 0.5, 0.5],
  ])(
    '%d repeated, %d late and %d malformed leave no new transactions and are wrong usage',
    async (...shares) => {
      const error = await refusal(...shares)
      expect(error).toBeInstanceOf(CommanderError)
      expect(String(error)).toContain('must add up to less than 1')
    },
  )

  test.each([
    [0, 0.51, 0, 0.5],
    [0.3, 0.4, 0.1, 0.3],
    [0.05, 0.9, 0, 0.475],
  ] as const)(
    '%d repeated, %d late and %d malformed leave too few new transactions to repeat late and are wrong usage',
    async (duplicates, late, malformed, most) => {
      const error = await refusal(duplicates, late, malformed)
      expect(error).toBeInstanceOf(CommanderError)
      expect(String(error)).toContain(`--late-duplicates must be at most ${most} with`)
    },
  )
})
