import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { commandsDocument, WIDTH } from './commands-document.ts'
import { programFor } from './program.ts'

test('docs/commands.md matches the help of the program', async () => {
  const written = readFileSync(new URL('../docs/commands.md', import.meta.url), 'utf8')
  const derived = commandsDocument(await programFor([]))
  expect(written, 'docs/commands.md is out of date: run `npm run docs`').toBe(derived)
})

test('no line of a help text is wider than the document, except examples', async () => {
  const texts = commandsDocument(await programFor([])).match(/```\n[\s\S]*?\n```/g) ?? []
  expect(texts.length).toBeGreaterThan(30)
  const wide = texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.length > WIDTH && !/^ {2}(playstream|PLAYSTREAM_)/.test(line))
  expect(wide).toEqual([])
})

test('a command in a group appears with its full name, its own options and its examples, without the global options', () => {
  const program = new Command('playstream')
    .option('--profile <name>')
    .configureHelp({ showGlobalOptions: true })
  program.addHelpText('after', '\nExit codes: 0 done.')
  program
    .command('topics')
    .command('diff')
    .description('one | other')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  playstream topics diff')
  const document = commandsDocument(program)
  expect(document).toContain('| [`playstream topics diff`](#playstream-topics-diff) | one \\| other |')
  expect(document).toContain('## playstream topics diff\n')
  expect(document).toMatch(/--json +as JSON/)
  expect(document).toContain('Example:\n  playstream topics diff\n```')
  expect(document).not.toContain('Global Options')
})
