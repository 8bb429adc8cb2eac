import { expect, test } from 'vitest'
import { hashOf, parseRoute } from './route.ts'

test('a route survives the way through a link, whatever its parts hold', () => {
  const hash = hashOf(['topics', 'a/b?c #ü'], { key: 'x&y=z', from: -50, to: undefined })
  const { path, query } = parseRoute(hash)
  expect(path).toEqual(['topics', 'a/b?c #ü'])
  expect([...query]).toEqual([
    ['key', 'x&y=z'],
    ['from', '-50'],
  ])
})

test('a hash that cannot be decoded is no error', () => {
  expect(parseRoute('#/topics/%E0%A4%A').path).toEqual(['topics', '%E0%A4%A'])
  expect(parseRoute('').path).toEqual([])
})
