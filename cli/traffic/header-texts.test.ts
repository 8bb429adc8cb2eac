import type { IHeaders } from 'kafkajs'
import { expect, test } from 'vitest'
import { headerTexts } from './header-texts.ts'

/** Headers as kafkajs 2.2.4 decodes them (recordBatch/record/v0/decoder.js). */
function decoded(...headers: [name: string, value: string | null][]): IHeaders {
  return headers.reduce<Record<string, unknown>>((found, [name, text]) => {
    const value = text === null ? null : Buffer.from(text)
    const before = found[name]
    const list = Array.isArray(before) ? before.concat([value]) : [before, value]
    // biome-ignore lint/performance/noAccumulatingSpread: as kafkajs does it
    return { ...found, [name]: before === undefined ? value : list }
  }, {}) as IHeaders
}

function json(...headers: Parameters<typeof decoded>): string {
  return JSON.stringify(headerTexts(decoded(...headers)))
}

test('a header with a value becomes text, and a header without a value becomes null', () => {
  expect(json(['run', 'a'], ['empty', ''], ['none', null])).toBe('{"run":"a","empty":"","none":null}')
})

test('a repeated header becomes a list of all its values', () => {
  expect(json(['a', '1'], ['b', 'x'], ['a', null], ['a', '1'])).toBe('{"a":["1",null,"1"],"b":"x"}')
})

test.each(['__proto__', 'constructor', 'toString'])('a header named %s is like any other header', (name) => {
  expect(json([name, '1'])).toBe(`{"${name}":"1"}`)
  expect(json([name, '1'], [name, '2'])).toBe(`{"${name}":["1","2"]}`)
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
})

test('a record without headers gives an empty object', () => {
  expect(JSON.stringify(headerTexts(undefined))).toBe('{}')
})
