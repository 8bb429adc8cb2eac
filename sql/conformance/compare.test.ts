import { expect, test } from 'vitest'
import { compare } from './compare.ts'

const one = { key: 'a', fields: { x: 1, y: null } }
const two = { key: 'b', fields: { x: 2, y: 'text' } }

test('complete rows in any order do not differ; a missing field equals NULL', () => {
  expect(compare([one, two, two], [two, { key: 'a', fields: { x: 1 } }, two])).toEqual([])
})

test('a missing row is lost', () => {
  expect(compare([one, two], [two])).toEqual([{ kind: 'lost', row: one }])
})

test('a row that appears once too often is doubled', () => {
  expect(compare([one, two], [two, one, two])).toEqual([{ kind: 'doubled', row: two }])
})

test('a row with a different field is wrong, and the field is named', () => {
  const wrong = { key: 'b', fields: { x: 2, y: 'other', z: true } }
  const y = { expected: 'text', actual: 'other' }
  expect(compare([one, two], [one, wrong])).toEqual([
    { kind: 'wrong', key: 'b', fields: { y, z: { expected: null, actual: true } } },
  ])
})

test('a row with an unknown key is unexpected, and a tombstone is not a row of NULLs', () => {
  const tombstone = { key: 'c', fields: undefined }
  expect(compare([one], [one, tombstone])).toEqual([{ kind: 'unexpected', row: tombstone }])
  expect(compare([{ key: 'c', fields: {} }], [tombstone])).toMatchObject([{ kind: 'wrong', key: 'c' }])
})
