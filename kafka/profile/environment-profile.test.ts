import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ProfileError } from '../errors.ts'
import { environmentProfile, variablePrefix } from './environment-profile.ts'
import { testFolder } from './test-folder.ts'

const complete = {
  PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: 'pkc-1.eu.confluent.cloud:9092',
  PLAYSTREAM_CLOUD_API_KEY: 'CLUSTERKEY',
  PLAYSTREAM_CLOUD_API_SECRET: 'cluster-s3cr3t',
  PLAYSTREAM_CLOUD_REGISTRY_URL: 'https://psrc-1.eu.confluent.cloud',
  PLAYSTREAM_CLOUD_REGISTRY_API_KEY: 'REGISTRYKEY',
  PLAYSTREAM_CLOUD_REGISTRY_API_SECRET: 'registry-s3cr3t',
}

function cloud(changes: NodeJS.ProcessEnv = {}) {
  return environmentProfile('cloud', { ...complete, ...changes })
}

/** A file that exists until the test ends. */
function fileOf(text: string): string {
  const folder = testFolder()
  writeFileSync(join(folder, 'ca.pem'), text)
  return join(folder, 'ca.pem')
}

function refusal(env: NodeJS.ProcessEnv, name = 'cloud'): ProfileError {
  try {
    environmentProfile(name, env)
  } catch (error) {
    if (error instanceof ProfileError) return error
    throw error
  }
  throw new Error('the profile was accepted')
}

describe('a profile from the environment', () => {
  test('is encrypted and authenticated by default', () => {
    const profile = cloud()
    expect(profile).toMatchObject({
      name: 'cloud',
      bootstrapServers: ['pkc-1.eu.confluent.cloud:9092'],
      tls: {},
      sasl: { key: 'CLUSTERKEY', mechanism: 'plain' },
      registry: { url: 'https://psrc-1.eu.confluent.cloud', credentials: { key: 'REGISTRYKEY' } },
    })
    expect(profile.sasl?.secret.reveal()).toBe('cluster-s3cr3t')
    expect(profile.registry.credentials?.secret.reveal()).toBe('registry-s3cr3t')
  })

  test('accepts several servers, IPv6 addresses, and blanks around values', () => {
    const profile = cloud({
      PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: ' a:9092, [::1]:9093 ,b.c:19092,\n',
      PLAYSTREAM_CLOUD_API_SECRET: 'cluster-s3cr3t\n',
    })
    expect(profile.bootstrapServers).toEqual(['a:9092', '[::1]:9093', 'b.c:19092'])
    expect(profile.sasl?.secret.reveal()).toBe('cluster-s3cr3t')
  })

  test('needs no key if the cluster has no authentication', () => {
    const profile = environmentProfile('lab', {
      PLAYSTREAM_LAB_BOOTSTRAP_SERVERS: 'kafka:9092',
      PLAYSTREAM_LAB_SECURITY_PROTOCOL: 'plaintext',
      PLAYSTREAM_LAB_REGISTRY_URL: 'http://registry:8081/',
    })
    expect(profile).toEqual({
      name: 'lab',
      bootstrapServers: ['kafka:9092'],
      tls: false,
      registry: { url: 'http://registry:8081' },
    })
  })

  test.each([
    ['SASL_SSL', true, true],
    ['SSL', true, false],
    ['SASL_PLAINTEXT', false, true],
    ['PLAINTEXT', false, false],
  ])('%s: encrypted %s, authenticated %s', (protocol, encrypted, authenticated) => {
    const profile = cloud({ PLAYSTREAM_CLOUD_SECURITY_PROTOCOL: protocol })
    expect([profile.tls !== false, profile.sasl !== undefined]).toEqual([encrypted, authenticated])
  })

  test('accepts the SCRAM mechanisms', () => {
    expect(cloud({ PLAYSTREAM_CLOUD_SASL_MECHANISM: 'scram-sha-512' }).sasl?.mechanism).toBe('scram-sha-512')
  })

  test('includes the certificates of CA_FILE', () => {
    const authorities = rootCertificates.slice(0, 2).join('\n')
    expect(cloud({ PLAYSTREAM_CLOUD_CA_FILE: fileOf(authorities) }).tls).toEqual({ ca: authorities })
  })

  test('reads only the variables with its own name', () => {
    expect(variablePrefix('eu-west_2')).toBe('PLAYSTREAM_EU_WEST_2_')
    expect(refusal(complete, 'staging').message).toContain('PLAYSTREAM_STAGING_BOOTSTRAP_SERVERS')
  })
})

describe('an invalid profile', () => {
  test('gives one error that names every missing variable', () => {
    const { message } = refusal({})
    for (const suffix of ['BOOTSTRAP_SERVERS', 'API_KEY', 'API_SECRET', 'REGISTRY_URL']) {
      expect(message).toContain(`PLAYSTREAM_CLOUD_${suffix} is not set`)
    }
    expect(message).not.toContain('\n')
  })

  test('gives one error that names every wrong variable', () => {
    const { message } = refusal({
      ...complete,
      PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: 'a:9092,b,https://c:9092',
      PLAYSTREAM_CLOUD_SECURITY_PROTOCOL: 'TLS',
      PLAYSTREAM_CLOUD_SASL_MECHANISM: 'OAUTH',
      PLAYSTREAM_CLOUD_CA_FILE: '/nowhere/ca.pem',
      PLAYSTREAM_CLOUD_REGISTRY_URL: 'ftp://registry',
      PLAYSTREAM_CLOUD_REGISTRY_API_KEY: '',
    })
    for (const said of [
      "BOOTSTRAP_SERVERS has 'b'",
      "BOOTSTRAP_SERVERS has 'https://c:9092'",
      'SECURITY_PROTOCOL',
      'SASL_MECHANISM',
      '/nowhere/ca.pem',
      'REGISTRY_URL',
      'REGISTRY_API_KEY',
    ]) {
      expect(message).toContain(said)
    }
    expect(message).not.toContain("'a:9092'")
  })

  test.each([',', ' , ,'])("is refused if its servers are '%s'", (servers) => {
    const { message } = refusal({ ...complete, PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: servers })
    expect(message).toContain('BOOTSTRAP_SERVERS names no server')
  })

  test.each(['0', '65536', '99999'])('is refused if a port is %s', (port) => {
    const { message } = refusal({ ...complete, PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: `a:65535,b:${port}` })
    expect(message).toContain(`BOOTSTRAP_SERVERS has 'b:${port}'`)
    expect(message).not.toContain('a:65535')
  })

  test.each([
    ['nothing', ''],
    ['a certificate that is not PEM', 'MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQ'],
    ['a damaged certificate', '-----BEGIN CERTIFICATE-----\nMIIDdzCC\n-----END CERTIFICATE-----\n'],
    [
      'a damaged certificate after a good one',
      `${rootCertificates[0]}\n${rootCertificates[1]?.slice(0, 500)}`,
    ],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIFY=\n-----END PRIVATE KEY-----\n'],
  ])('is refused if CA_FILE holds %s', (_, text) => {
    const file = fileOf(text)
    const { message } = refusal({ ...complete, PLAYSTREAM_CLOUD_CA_FILE: file })
    expect(message).toContain(`PLAYSTREAM_CLOUD_CA_FILE names ${file}, which holds no certificate in PEM`)
  })

  test('is refused if a variable holds only blanks', () => {
    expect(refusal({ ...complete, PLAYSTREAM_CLOUD_API_KEY: ' \t' }).message).toContain('API_KEY is not set')
  })

  test.each(['', '../cloud', 'a b', 'a=b'])("is refused if its name is '%s'", (name) => {
    expect(refusal(complete, name).message).toContain('letters, digits')
  })
})

describe('a secret', () => {
  const secrets = /s3cr3t|p4ss/

  test('is not shown by a printed profile', () => {
    const profile = cloud()
    for (const text of [
      JSON.stringify(profile),
      inspect(profile, { depth: null, showHidden: true }),
      `${profile.sasl?.secret} ${profile.registry.credentials?.secret}`,
    ]) {
      expect(text).not.toMatch(secrets)
    }
    expect(JSON.stringify(profile)).toContain('CLUSTERKEY')
  })

  test.each([
    ['everything else is missing', { PLAYSTREAM_CLOUD_API_SECRET: 'cluster-s3cr3t' }],
    ['its key is missing', { ...complete, PLAYSTREAM_CLOUD_REGISTRY_API_KEY: undefined }],
    [
      'it is part of a server',
      { ...complete, PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: 'a:9092,key:s3cr3t@h:9092' },
    ],
    [
      'it is part of a server, with a comma',
      { ...complete, PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: 'key:s3cr3t,p4ss@h:9092' },
    ],
    [
      'it is part of a server, without a key',
      { ...complete, PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS: 's3cr3t@h:9092' },
    ],
    ['it is part of a URL', { ...complete, PLAYSTREAM_CLOUD_REGISTRY_URL: 'https://key:p4ss@registry' }],
    ['it is part of an invalid URL', { ...complete, PLAYSTREAM_CLOUD_REGISTRY_URL: 'key:p4ss@registry' }],
  ])('is not shown by the error if %s', (_, env) => {
    const error = refusal(env)
    for (const text of [error.message, inspect(error), String(error.stack), JSON.stringify(error)]) {
      expect(text).not.toMatch(secrets)
    }
  })
})
