import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ARTIFACTS, FLINK } from './artifacts.mjs'
import { digestsIn, pinOf, requirePinned } from './digests.ts'

const artifact = ARTIFACTS.kafka
let folder: string
let pinned: Record<string, Record<string, string>>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-digests-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'lib'))
  writeFileSync(join(folder, 'a.jar'), 'a')
  writeFileSync(join(folder, 'lib', 'b.jar'), 'b')
  pinned = { [pinOf(artifact)]: { ...digestsIn(folder) } }
})

describe('a fetched artifact', () => {
  test('is accepted if every file has its pinned digest', () => {
    expect(Object.keys(pinned[pinOf(artifact)] ?? {})).toEqual(['a.jar', 'lib/b.jar'])
    expect(() => requirePinned(artifact, folder, pinned)).not.toThrow()
  })

  test('with a changed file is refused, and the error names the file and both digests', () => {
    const expected = pinned[pinOf(artifact)]?.['lib/b.jar']
    writeFileSync(join(folder, 'lib', 'b.jar'), 'B')
    const found = digestsIn(folder)['lib/b.jar']
    expect(() => requirePinned(artifact, folder, pinned)).toThrow(
      new RegExp(`was not installed: lib/b.jar must have the SHA-256 ${expected}, and has ${found};`),
    )
  })

  test.each([
    ['lacks a file', () => rmSync(join(folder, 'a.jar')), /a\.jar must .* missing/],
    ['has one file more', () => writeFileSync(join(folder, 'c.jar'), 'c'), /c\.jar must .* not part of it/],
  ])('is refused where it %s', (_, change, message) => {
    change()
    expect(() => requirePinned(artifact, folder, pinned)).toThrow(message)
  })

  test('whose version has no pinned digests is refused', () => {
    const newer = { ...artifact, coordinate: `${artifact.coordinate}.1` }
    expect(() => requirePinned(newer, folder, pinned)).toThrow(/npm run digests/)
  })
})

test.each([ARTIFACTS.kafka, ARTIFACTS.registry, FLINK])('the files of $name are pinned', (one) => {
  expect(() => requirePinned(one, folder)).toThrow(/must have the SHA-256 [0-9a-f]{64}, and has/)
})
