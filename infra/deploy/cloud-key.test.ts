import { describe, expect, test } from 'vitest'
import { SettingsError } from '../errors.ts'
import { requireCloudKey } from './cloud-key.ts'

describe('the cloud key', () => {
  test.each([
    [{}, 'CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET are not set'],
    [{ CONFLUENT_CLOUD_API_KEY: 'K' }, 'CONFLUENT_CLOUD_API_SECRET is not set'],
    [{ CONFLUENT_CLOUD_API_KEY: ' ', CONFLUENT_CLOUD_API_SECRET: 'S' }, 'CONFLUENT_CLOUD_API_KEY is not set'],
  ])('with only %j set, the error names what is missing', (env, message) => {
    expect(() => requireCloudKey(env)).toThrow(SettingsError)
    expect(() => requireCloudKey(env)).toThrow(message)
  })

  test('with key and secret set, it is accepted', () => {
    expect(() =>
      requireCloudKey({ CONFLUENT_CLOUD_API_KEY: 'K', CONFLUENT_CLOUD_API_SECRET: 'S' }),
    ).not.toThrow()
  })
})
