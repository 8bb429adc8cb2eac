import { expect, test } from 'vitest'
import { ksqlDbAccess } from './ksqldb-access.ts'

test('ksqlDB is where it is told to be, then where the variables say, then on this machine', () => {
  const env = { PLAYSTREAM_LOCAL_KSQLDB_URL: 'https://b.example/' }
  expect(ksqlDbAccess('local', 'http://a.example', env).url).toBe('http://a.example')
  expect(ksqlDbAccess('local', undefined, env).url).toBe('https://b.example')
  expect(ksqlDbAccess('local', undefined, {}).url).toBe('http://127.0.0.1:8088')
})

test('another profile must say where its ksqlDB is', () => {
  expect(() => ksqlDbAccess('prod', undefined, {})).toThrow(
    /profile 'prod' has no ksqlDB.*--url or PLAYSTREAM_PROD_KSQLDB_URL/,
  )
})

test('a key comes with its secret, and neither shows', () => {
  const env = { PLAYSTREAM_PROD_KSQLDB_API_KEY: 'K', PLAYSTREAM_PROD_KSQLDB_API_SECRET: 'hush' }
  const access = ksqlDbAccess('prod', 'https://a.example', env)
  expect(access.credentials?.secret.reveal()).toBe('hush')
  expect(JSON.stringify(access)).not.toContain('hush')
  expect(() => ksqlDbAccess('prod', 'https://a.example', { PLAYSTREAM_PROD_KSQLDB_API_KEY: 'K' })).toThrow(
    /PLAYSTREAM_PROD_KSQLDB_API_SECRET is not set/,
  )
})

test.each(['ftp://a.example', 'nonsense', 'http://u:p@a.example'])('%s is no address of a ksqlDB', (url) => {
  expect(() => ksqlDbAccess('local', url, {})).toThrow(/must be an http or https URL without credentials/)
})
