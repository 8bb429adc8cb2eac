import { expect, test } from 'vitest'
import { readParts } from './parts.ts'

test('without a name every benchmark is run, with names these', () => {
  expect(readParts([])).toEqual({ parts: ['classify', 'producers', 'dedup', 'ship'] })
  expect(readParts(['ship', 'dedup'])).toEqual({ parts: ['ship', 'dedup'] })
})

test.each([[['--help']], [['-h']], [['dedup', '--help']]])(
  '%j asks for the help, which names every benchmark',
  (args) => {
    const { help } = readParts(args) as { help: string }
    for (const name of ['classify', 'producers', 'dedup', 'ship']) expect(help).toContain(`  ${name} `)
  },
)

test.each([['nope'], ['--rate'], ['constructor'], ['a\u001b[31m\nb']])(
  '%j is no benchmark, in one line',
  (name) => {
    const { problem } = readParts(['dedup', name]) as { problem: string }
    expect(problem).toMatch(/^no benchmark is named '\P{Cc}*'; there are: classify, producers, dedup, ship$/u)
  },
)
