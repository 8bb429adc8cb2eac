import { expect, test } from 'vitest'
import { ksqlDbAccess } from './ksqldb-access.ts'

test('the address of ksqlDB is the given one, else the variable’s, else the local default', () => {
  const env = { PLAYSTREAM_LOCAL_KSQLDB_URL: 'https://b.example/' }
  expect(ksqlDbAccess('local', 'http://a.example', env).url).toBe('http://a.example')
  expect(ksqlDbAccess('local', undefined, env).url).toBe('https://b.example')
  expect(ksqlDbAccess('local', undefined, {}).url).toBe('http://127.0.0.1:8088')
})

test('a profile without an address of ksqlDB gives an error that says how to set it', () => {
  expect(() => ksqlDbAccess('prod', undefined, {})).toThrow(
    /profile 'prod' has no ksqlDB.*--url or PLAYSTREAM_PROD_KSQLDB_URL/,
  )
})

test('a key needs its secret, and the secret is not shown', () => {
  const env = { PLAYSTREAM_PROD_KSQLDB_API_KEY: 'K', PLAYSTREAM_PROD_KSQLDB_API_SECRET: 'hush' }
  const access = ksqlDbAccess('prod', 'https://a.example', env)
  expect(access.credentials?.secret.reveal()).toBe('hush')
  expect(JSON.stringify(access)).not.toContain('hush')
  expect(() => ksqlDbAccess('prod', 'https://a.example', { PLAYSTREAM_PROD_KSQLDB_API_KEY: 'K' })).toThrow(
    /PLAYSTREAM_PROD_KSQLDB_API_SECRET is not set/,
  )
})

test.each(['ftp://a.example', 'nonsense', 'http://u:p@a.example'])(
  '%s is refused as the address of ksqlDB',
  (url) => {
    expect(() => ksqlDbAccess('local', url, {})).toThrow(/must be an http or https URL without credentials/)
  },
)
