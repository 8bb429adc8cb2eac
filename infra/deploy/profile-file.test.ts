import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { readDeployed } from '../../kafka/profile/deployed-profile.ts'
import { TerraformError } from '../errors.ts'
import { profileOf, removeProfile, writeProfile } from './profile-file.ts'

const outputs = {
  stage: 'dev',
  bootstrap_servers: 'pkc-1.example:9092',
  registry_url: 'https://psrc-1.example',
  'account-dashboard': { kafka: { key: 'K', secret: 'S' }, registry: { key: 'RK', secret: 'RS' } },
  'account-log-shipper': { kafka: { key: 'L', secret: 'T' } },
  sql: { endpoint: 'https://ksql.example', key: 'Q', secret: 'U' },
}

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-cloud-'))
  file = join(folder, 'home', 'cloud.json')
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

test('a deployment’s outputs become a profile with the keys of each account', () => {
  expect(profileOf(outputs)).toEqual({
    stage: 'dev',
    bootstrapServers: ['pkc-1.example:9092'],
    ksqldb: { url: 'https://ksql.example', key: 'Q', secret: 'U' },
    registryUrl: 'https://psrc-1.example',
    accounts: { dashboard: outputs['account-dashboard'], 'log-shipper': outputs['account-log-shipper'] },
  })
})

test('outputs of a deployment that was not finished are named, not taken for a profile', () => {
  expect(() => profileOf({ ...outputs, registry_url: undefined })).toThrow(TerraformError)
  expect(() => profileOf({ ...outputs, registry_url: undefined })).toThrow(/'registry_url'.*npm run deploy/)
})

test('what is written is read again, by nobody but its owner, and leaves nothing beside it', () => {
  expect(writeProfile(profileOf(outputs), file)).toBe(file)
  expect(readDeployed(file)).toEqual(profileOf(outputs))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, 'home'))).toEqual(['cloud.json'])
})

test('a file that others could read is replaced by one that they cannot', () => {
  file = join(folder, 'cloud.json')
  writeFileSync(file, '{}', { mode: 0o644 })
  writeProfile(profileOf(outputs), file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('the profile of a stage that is gone goes, and another stage’s stays', () => {
  writeProfile(profileOf(outputs), file)
  removeProfile('prod', file)
  expect(existsSync(file)).toBe(true)
  removeProfile('dev', file)
  expect(existsSync(file)).toBe(false)
  expect(() => removeProfile('dev', file)).not.toThrow()
})
