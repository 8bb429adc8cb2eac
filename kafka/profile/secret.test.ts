import { format, inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

const ways: readonly (readonly [string, (secret: Secret) => string])[] = [
  ['String()', (secret) => String(secret)],
  ['a template', (secret) => `${secret}`],
  ['concatenation', (secret) => `key=${secret}`],
  ['JSON', (secret) => JSON.stringify({ nested: [secret] })],
  ['inspect', (secret) => inspect(secret)],
  ['inspect of what holds it', (secret) => inspect({ a: { b: secret } }, { depth: null, showHidden: true })],
  ['inspect without its own', (secret) => inspect(secret, { customInspect: false, showHidden: true })],
  ['console’s formats', (secret) => format('%s %j %o %O', secret, secret, secret, secret)],
  ['its properties', (secret) => JSON.stringify(Object.entries({ ...secret }))],
  ['the message of an error', (secret) => String(new Error(`refused: ${secret}`))],
]

test.each(ways)('a secret is not shown in %s', (_, show) => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9+/]{12,64}$/), (value) => {
      expect(show(new Secret(value))).not.toContain(value)
    }),
  )
})

test('a masked secret does not reveal its length', () => {
  expect(String(new Secret('short'))).toBe(String(new Secret('a much longer one')))
})

test('reveal returns the secret as it was given', () => {
  expect(new Secret(' s3cr3t\n').reveal()).toBe(' s3cr3t\n')
})

test('every occurrence of a secret in a text is masked, of an empty secret none', () => {
  expect(new Secret('a$c').maskedIn('a$ca$c a$')).toBe('****** a$')
  expect(new Secret('').maskedIn('abc')).toBe('abc')
})
