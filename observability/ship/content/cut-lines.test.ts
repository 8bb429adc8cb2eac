import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutLines } from './cut-lines.ts'

const BEGINNING = { offset: 0, isSkipping: false }
const text = fc
  .array(fc.constantFrom('a', 'é', '😀', '\r', '\n', '\n', '\0', 'bc'), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join('')))

/** The lines of a text that is read in pieces, each from the end of the last whole line. */
function inPieces(bytes: Buffer, size: number, maxLine: number): string[] {
  const found: string[] = []
  let at = BEGINNING
  let piece = size
  while (at.offset < bytes.length) {
    const chunk = bytes.subarray(at.offset, at.offset + piece)
    const { lines, next } = cutLines(chunk, at, maxLine)
    found.push(...lines.map(({ from, to, start }) => `${start} ${chunk.subarray(from, to)}`))
    if (next.offset === at.offset && at.offset + piece >= bytes.length) break
    piece = next.offset === at.offset ? maxLine + 8 : size
    at = next
  }
  return found
}

test('lines are the same, whatever the size of the pieces', () => {
  fc.assert(
    fc.property(
      text,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 4, max: 12 }),
      (bytes, size, maxLine) => {
        expect(inPieces(bytes, size, maxLine)).toEqual(inPieces(bytes, bytes.length + maxLine + 8, maxLine))
      },
    ),
    { numRuns: 2_000 },
  )
})

test('a line that is cut ends with a whole character', () => {
  const bytes = Buffer.from('aé😀😀\n')
  for (let maxLine = 1; maxLine < bytes.length - 1; maxLine += 1) {
    const [line] = cutLines(bytes, BEGINNING, maxLine).lines
    expect(bytes.subarray(line?.from, line?.to).toString()).not.toContain('�')
  }
})
