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

test('the outputs of an unfinished deployment give an error that names the missing output', () => {
  expect(() => profileOf({ ...outputs, registry_url: undefined })).toThrow(TerraformError)
  expect(() => profileOf({ ...outputs, registry_url: undefined })).toThrow(/'registry_url'.*npm run deploy/)
})

test('a written profile is read back, is readable by its owner only, and leaves no partial file', () => {
  expect(writeProfile(profileOf(outputs), file)).toBe(file)
  expect(readDeployed(file)).toEqual(profileOf(outputs))
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, 'home'))).toEqual(['cloud.json'])
})

test('a profile that others can read is replaced by a private one', () => {
  file = join(folder, 'cloud.json')
  writeFileSync(file, '{}', { mode: 0o644 })
  writeProfile(profileOf(outputs), file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('the profile of a destroyed stage is removed, and another stage’s profile stays', () => {
  writeProfile(profileOf(outputs), file)
  removeProfile('prod', file)
  expect(existsSync(file)).toBe(true)
  removeProfile('dev', file)
  expect(existsSync(file)).toBe(false)
  expect(() => removeProfile('dev', file)).not.toThrow()
})
