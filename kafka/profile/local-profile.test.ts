import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ProfileError } from '../errors.ts'
import { localProfile } from './local-profile.ts'

let file: string

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-profile-'))
  file = join(folder, 'local.json')
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

describe('the local profile', () => {
  test('is what the runtime wrote: in the clear, without credentials', () => {
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

  test('says how to start the runtime where none has written one', () => {
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
  ])('is named, and what to do about it, where its file holds %j', (content) => {
    writeFileSync(file, content)
    expect(() => localProfile(file)).toThrow(ProfileError)
    expect(() => localProfile(file)).toThrow(file)
    expect(() => localProfile(file)).toThrow(/playstream down.*playstream up/)
  })
})
