import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import { ProfileError } from '../errors.ts'
import { type DeployedProfileFile, deployedProfile, readDeployed } from './deployed-profile.ts'
import { testFolder } from './test-folder.ts'

const deployed: DeployedProfileFile = {
  stage: 'dev',
  bootstrapServers: ['pkc-1.example:9092'],
  registryUrl: 'https://psrc-1.example',
  accounts: {
    dashboard: { kafka: { key: 'K', secret: 'hush' }, registry: { key: 'RK', secret: 'hush-too' } },
    'log-shipper': { kafka: { key: 'L', secret: 'hush-as-well' } },
  },
}

describe('the profile of a deployed account', () => {
  test('is encrypted and has the account’s own keys', () => {
    const profile = deployedProfile(deployed, 'dashboard')
    expect(profile).toMatchObject({
      name: 'cloud',
      bootstrapServers: ['pkc-1.example:9092'],
      sasl: { mechanism: 'plain', key: 'K' },
      registry: { url: 'https://psrc-1.example', credentials: { key: 'RK' } },
    })
    expect(profile.tls).toEqual({})
    expect(profile.sasl?.secret.reveal()).toBe('hush')
    expect(profile.registry.credentials?.secret.reveal()).toBe('hush-too')
  })

  test('has no key to the registry if the account has none', () => {
    expect(deployedProfile(deployed, 'log-shipper').registry).toEqual({ url: 'https://psrc-1.example' })
  })

  test('shows no secret', () => {
    const profile = deployedProfile(deployed, 'dashboard')
    expect(inspect(profile, { depth: 9 }) + JSON.stringify(profile)).not.toContain('hush')
  })

  test('that does not exist gives an error that says how to create the account', () => {
    const ask = () => deployedProfile(deployed, 'operator')
    expect(ask).toThrow(ProfileError)
    expect(ask).toThrow(/stage 'dev' has no account 'operator'.*npm run deploy -- --stage dev/)
  })
})

describe('the file of a deployment', () => {
  let file: string

  beforeEach(() => {
    file = join(testFolder(), 'cloud.json')
  })

  test('is undefined if nothing is deployed', () => {
    expect(readDeployed(file)).toBeUndefined()
  })

  test('is read as it was written', () => {
    writeFileSync(file, JSON.stringify(deployed))
    expect(readDeployed(file)).toEqual(deployed)
  })

  test.each([
    '',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...deployed, bootstrapServers: [] }),
    JSON.stringify({ ...deployed, registryUrl: 1 }),
    JSON.stringify({ ...deployed, accounts: null }),
    JSON.stringify({ ...deployed, accounts: { dashboard: { kafka: { key: 'K' } } } }),
    JSON.stringify({ ...deployed, accounts: { dashboard: null } }),
  ])('that is invalid gives an error that says how to write it again: %s', (text) => {
    writeFileSync(file, text)
    expect(() => readDeployed(file)).toThrow(ProfileError)
    expect(() => readDeployed(file)).toThrow(/cloud\.json.*npm run deploy/)
  })
})
