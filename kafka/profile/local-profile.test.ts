import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { ProfileError } from '../errors.ts'
import { localProfile } from './local-profile.ts'
import { testFolder } from './test-folder.ts'

let file: string

beforeEach(() => {
  file = join(testFolder(), 'local.json')
})

describe('the local profile', () => {
  test('has the runtime’s addresses, without TLS and credentials', () => {
    writeFileSync(
      file,
      '{"bootstrapServers":["127.0.0.1:9092"],"registryUrl":"http://127.0.0.1:9094","pid":1}',
    )
    expect(localProfile(file)).toEqual({
      name: 'local',
      bootstrapServers: ['127.0.0.1:9092'],
      tls: false,
      registry: { url: 'http://127.0.0.1:9094' },
    })
  })

  test('that does not exist gives an error that says how to start the runtime', () => {
    expect(() => localProfile(file)).toThrow(ProfileError)
    expect(() => localProfile(file)).toThrow(/playstream up/)
  })

  test.each([
    '',
    'null',
    '{}',
    '[]',
    '7',
    '{"bootstrapServers":["127.0.',
    '{"bootstrapServers":["127.0.0.1:9092"]}',
    '{"registryUrl":"http://127.0.0.1:9094"}',
    '{"bootstrapServers":[],"registryUrl":"http://127.0.0.1:9094"}',
    '{"bootstrapServers":"127.0.0.1:9092","registryUrl":"http://127.0.0.1:9094"}',
    '{"bootstrapServers":[9092],"registryUrl":"http://127.0.0.1:9094"}',
    '{"bootstrapServers":["127.0.0.1:9092"],"registryUrl":9094}',
  ])('gives an error that names the file and the fix if the file holds %j', (content) => {
    writeFileSync(file, content)
    expect(() => localProfile(file)).toThrow(ProfileError)
    expect(() => localProfile(file)).toThrow(file)
    expect(() => localProfile(file)).toThrow(/playstream down.*playstream up/)
  })
})
