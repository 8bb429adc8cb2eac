import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineSplitter } from './lines.ts'

function split(chunks: readonly (string | Buffer)[], longest?: number) {
  const splitter = new LineSplitter(longest)
  const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk)))
  return { lines: [...lines, ...splitter.end()], cut: splitter.cut }
}

describe('lines', () => {
  test.each([
    [['a\nb\n'], ['a', 'b']],
    [['a\nb'], ['a', 'b']],
    [['a\r\nb\r\n'], ['a', 'b']],
    [
      ['a\r', '\nb'],
      ['a', 'b'],
    ],
    [['\n\n'], ['', '']],
    [[], []],
    [[''], []],
    [
      ['a', 'b', '\n', 'c'],
      ['ab', 'c'],
    ],
    [['a\rb\n'], ['a\rb']],
  ])('of %j are %j', (chunks, lines) => {
    expect(split(chunks)).toEqual({ lines, cut: 0 })
  })

  test('keep a character whose bytes are in two chunks', () => {
    const bytes = Buffer.from('ä€😀\n')
    for (let at = 0; at <= bytes.length; at += 1) {
      expect(split([bytes.subarray(0, at), bytes.subarray(at)]).lines).toEqual(['ä€😀'])
    }
  })

  test('have U+FFFD in place of invalid UTF-8', () => {
    expect(split([Buffer.from([0x61, 0xff, 0x0a, 0xe2, 0x82])]).lines).toEqual(['a\uFFFD', '\uFFFD'])
  })

  test.each([
    [['abcdef\nabc\n'], 3, ['abc', 'abc'], 1],
    [['ab', 'cd', 'ef\nabc\r\n'], 3, ['abc', 'abc'], 1],
    [['abcd\r\n'], 4, ['abcd'], 0],
    [['abcd'], 3, ['abc'], 1],
  ])('of %j are cut at the limit of %i', (chunks, longest, lines, cut) => {
    expect(split(chunks, longest)).toEqual({ lines, cut })
  })

  test('do not depend on where chunks end', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'ä', '\r', '\n', '😀'), maxLength: 40 })
    fc.assert(
      fc.property(text, fc.array(fc.nat(60)), fc.integer({ min: 1, max: 8 }), (whole, cuts, longest) => {
        const bytes = Buffer.from(whole)
        const ends = [...cuts, bytes.length].map((at) => Math.min(at, bytes.length)).sort((a, b) => a - b)
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
        expect(split(chunks, longest)).toEqual(split([bytes], longest))
      }),
    )
  })
})
