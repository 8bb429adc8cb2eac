import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withArchitecture } from './architecture.ts'

test('the README’s picture of the architecture is up to date with the catalog', () => {
  const written = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  expect(written, 'README.md is out of date: run `npm run docs`').toBe(withArchitecture(written))
})

test('a page without the marks of the picture is refused', () => {
  expect(() => withArchitecture('# Playstream')).toThrow('lacks the marks')
})
