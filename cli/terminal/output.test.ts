import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grouped, table } from './output.ts'

describe('a table', () => {
  test('aligns numbers to the right and text to the left, headings with their column', () => {
    const rows = [
      ['topic', 'partitions', 'policy'],
      ['game-events', 6, 'delete'],
      ['logs', 12_345, 'compact'],
    ]
    expect(table(rows).split('\n')).toEqual([
      'topic        partitions  policy',
      'game-events           6  delete',
      'logs             12,345  compact',
    ])
  })

  test('has no trailing blanks', () => {
    expect(
      table([
        ['a', 'note'],
        ['long name', ''],
        ['b', 'yes'],
      ]),
    ).not.toMatch(/ $/m)
  })

  test('with only a heading is that heading', () => {
    expect(table([['topic', 'partitions']])).toBe('topic  partitions')
  })

  test('without rows is empty', () => {
    expect(table([])).toBe('')
  })

  test('starts every cell of a text column at the same position', () => {
    const cell = fc.stringMatching(/^[a-z-]{0,30}$/)
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 10 }), (cells) => {
        const lines = table(cells.map((text) => [text, '|'])).split('\n')
        expect(new Set(lines.map((line) => line.indexOf('|'))).size).toBe(1)
        expect(lines.map((line) => line.slice(0, line.indexOf('|')).trim())).toEqual(cells)
      }),
    )
  })
})

test.each([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
  [1_999.6, '2,000'],
])('the count %d is written %s', (count, expected) => {
  expect(grouped(count)).toBe(expected)
})
