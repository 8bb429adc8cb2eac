import { rmSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { temporaryHome } from '../../local/temporary-home.ts'
import { Playstream } from '../testing/test-playstream.ts'
import { stderrOf } from '../testing/test-script.ts'

const home = temporaryHome()
afterAll(() => rmSync(home.folder, { recursive: true }))

/** The standard error of a command with the option, given the variable's value and the arguments. */
function said(variable: string, ...args: string[]): string[] {
  const script = `
    import { Command } from 'commander'
    import { addLogOption } from 'cli/options/log-option.ts'
    import { say } from 'cli/terminal/log.ts'
    const program = new Command()
    const run = program.command('run').argument('<processor>')
    addLogOption(run, (processor) => processor + '-application').action(() => say('running'))
    await program.parseAsync(${JSON.stringify(['run', 'dedup', ...args])}, { from: 'user' })`
  return stderrOf(script, { PLAYSTREAM_LOG_FORMAT: variable })
}

test.each([
  ['by default', '', []],
  ['with --log-format json', 'text', ['--log-format', 'json']],
  ['with PLAYSTREAM_LOG_FORMAT=json', 'json', []],
])('a command writes JSON lines to a pipe %s', (_, variable, args) => {
  expect(said(variable, ...args).map((line) => JSON.parse(line))).toEqual([
    { level: 'info', component: 'dedup-application', msg: 'running', time: expect.any(String) },
  ])
})

test.each([
  ['with --log-format text, whatever the variable says', 'json', ['--log-format', 'text']],
  ['with PLAYSTREAM_LOG_FORMAT=text', 'text', []],
])('a command writes text lines to a pipe %s', (_, variable, args) => {
  expect(said(variable, ...args)).toEqual(['running'])
})

test('the error that ends a command is a JSON line too, and an unknown format is wrong usage', async () => {
  const verb = (format: string) =>
    new Playstream(home, ['--profile', 'absent', 'dedup', 'run', '--log-format', format])
  const [failed, refused] = [verb('json'), verb('xml')]
  expect(await failed.ended).toBe(1)
  expect(failed.json()).toMatchObject({
    level: 'error',
    component: 'dedup-processor',
    msg: expect.stringMatching(/^profile 'absent': PLAYSTREAM_ABSENT/),
  })
  expect(await refused.ended).toBe(2)
  expect(refused.output).toContain('It must be auto or text or json.')
})
