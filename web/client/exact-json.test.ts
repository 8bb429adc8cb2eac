import { expect, test } from 'vitest'
import { prettyJson } from './exact-json.ts'

test('a number that a double cannot hold stays exact', () => {
  expect(prettyJson('{"a":9007199254740993,"b":[1e400,-0.10]}')).toBe(
    '{\n  "a": 9007199254740993,\n  "b": [\n    1e400,\n    -0.10\n  ]\n}',
  )
})

test('other values are laid out as JSON.stringify does', () => {
  const values = [{}, [], [[]], { a: { b: [] } }, 'x', null, 1, [true, { 'a"{[,:\\': '}],:\\"' }]]
  for (const value of values) expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
})

test('text that is not JSON comes back unchanged', () => {
  for (const text of ['{"a":', 'hello, world', 'hex:00ff', '']) expect(prettyJson(text)).toBe(text)
})
