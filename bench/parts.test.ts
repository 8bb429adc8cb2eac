import { expect, test } from 'vitest'
import { readParts } from './parts.ts'

test('no names select every benchmark, names select those benchmarks', () => {
  expect(readParts([])).toEqual({ parts: ['classify', 'producers', 'dedup', 'ship', 'dashboard'] })
  expect(readParts(['ship', 'dedup'])).toEqual({ parts: ['ship', 'dedup'] })
})

test.each([[['--help']], [['-h']], [['dedup', '--help']]])(
  '%j shows the help, which names every benchmark',
  (args) => {
    const { help } = readParts(args) as { help: string }
    for (const name of ['classify', 'producers', 'dedup', 'ship', 'dashboard'])
      expect(help).toContain(`  ${name} `)
  },
)

test.each([['nope'], ['--rate'], ['constructor'], ['a\u001b[31m\nb']])(
  'the unknown benchmark %j is a problem described in one line',
  (name) => {
    const { problem } = readParts(['dedup', name]) as { problem: string }
    expect(problem).toMatch(
      /^no benchmark is named '\P{Cc}*'; there are: classify, producers, dedup, ship, dashboard$/u,
    )
  },
)
