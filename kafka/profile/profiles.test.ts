import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'

const deployed = {
  stage: 'staging',
  bootstrapServers: ['pkc-1.example:9092'],
  registryUrl: 'https://psrc-1.example',
  accounts: {
    'game-producer': { kafka: { key: 'GAME', secret: 'hush' } },
    dashboard: { kafka: { key: 'DASH', secret: 'hush' }, registry: { key: 'REG', secret: 'hush' } },
  },
}
const variables = {
  PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: 'other.example:9092',
  PLAYSTREAM_CLOUD_SECURITY_PROTOCOL: 'PLAINTEXT',
  PLAYSTREAM_CLOUD_REGISTRY_URL: 'http://other.example',
}

let home: string
let profiles: typeof import('./profiles.ts')

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'playstream-profiles-'))
  vi.stubEnv('PLAYSTREAM_HOME', home)
  vi.resetModules()
  profiles = await import('./profiles.ts')
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true })
  })
})

const deploy = () => writeFileSync(join(home, 'cloud.json'), JSON.stringify(deployed))

test('cloud is the deployment, with a key for each account', () => {
  deploy()
  expect(profiles.profileNamed('cloud', 'game-producer', {}).sasl?.key).toBe('GAME')
  expect(profiles.profileNamed('cloud', 'dashboard', {}).sasl?.key).toBe('DASH')
})

test('the variables of cloud override the deployment for every account', () => {
  deploy()
  for (const account of ['game-producer', 'operator'] as const)
    expect(profiles.profileNamed('cloud', account, variables).bootstrapServers).toEqual([
      'other.example:9092',
    ])
})

test('a part of the variables of cloud is an error', () => {
  deploy()
  const half = { PLAYSTREAM_CLOUD_API_KEY: 'K' }
  expect(() => profiles.profileNamed('cloud', 'dashboard', half)).toThrow(
    /PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS is not set/,
  )
})

test('cloud without a deployment and variables gives an error that names both ways', () => {
  expect(() => profiles.profileNamed('cloud', 'dashboard', {})).toThrow(
    /npm run deploy.*set PLAYSTREAM_CLOUD_\*/,
  )
})

test('every other profile comes only from variables', () => {
  deploy()
  expect(() => profiles.profileNamed('staging', 'dashboard', {})).toThrow(
    /PLAYSTREAM_STAGING_BOOTSTRAP_SERVERS/,
  )
})

test('the names are local, the deployment’s, and those with variables', () => {
  expect(profiles.profileNames({})).toEqual(['local'])
  deploy()
  const env = {
    ...variables,
    PLAYSTREAM_STAGING_BOOTSTRAP_SERVERS: 'x:1',
    PLAYSTREAM_EMPTY_BOOTSTRAP_SERVERS: '',
  }
  expect(profiles.profileNames(env)).toEqual(['local', 'cloud', 'staging'])
})

test('a description names keys and masks secrets', () => {
  deploy()
  const description = profiles.describeProfile('cloud', {})
  expect(description).toMatchObject({
    source: 'the deployed stage staging',
    bootstrapServers: ['pkc-1.example:9092'],
    registryUrl: 'https://psrc-1.example',
    accounts: [
      { account: 'game-producer', kafka: { key: 'GAME' } },
      { account: 'dashboard', kafka: { key: 'DASH' }, registry: { key: 'REG' } },
    ],
  })
  expect(JSON.stringify(description)).not.toContain('hush')
})

test('a profile without accounts is described as one without a name', () => {
  expect(profiles.describeProfile('cloud', variables).accounts).toEqual([{}])
})
