import { createServer, type Server } from 'node:net'
import { Admin } from '@platformatic/kafka'
import { afterEach, describe, expect, test } from 'vitest'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'
import { Secret } from '../profile/secret.ts'
import { testProfile } from '../profile/test-profile.ts'
import { Registry } from '../registry/registry.ts'
import { connectAdmin } from './connect-admin.ts'

const PATIENCE_MS = 10_000
const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A port that accepts connections and never answers, or refuses connections if `silent` is false. */
async function port(silent: boolean): Promise<number> {
  const opened = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  const { port: number } = opened.address() as { port: number }
  if (silent) servers.push(opened)
  else await new Promise((resolve) => opened.close(resolve))
  return number
}

describe('connecting to a server that does not answer', () => {
  test.each([
    ['refuses connections', false],
    ['accepts connections and is silent', true],
  ])(
    'a broker that %s gives a one-line error with its address',
    { timeout: PATIENCE_MS },
    async (_, silent) => {
      const address = `127.0.0.1:${await port(silent)}`
      const profile: Profile = { ...testProfile(), bootstrapServers: [address] }
      const error = await connectAdmin(profile, 'test').catch((failure: Error) => failure)
      expect(error).toMatchObject({ name: 'UnreachableError', address })
      expect((error as Error).message).toMatch(new RegExp(`^no broker answers at ${address}: [^\n]+$`))
    },
  )

  test.each([
    ['refuses connections', false],
    ['accepts connections and is silent', true],
  ])(
    'a registry that %s gives a one-line error with its address',
    { timeout: PATIENCE_MS },
    async (_, silent) => {
      const url = `http://127.0.0.1:${await port(silent)}`
      const registry = new Registry({ ...testProfile(), registry: { url } })
      const error = await registry.subjects().catch((failure: Error) => failure)
      expect((error as Error).message).toMatch(new RegExp(`^no schema registry answers at ${url}: [^\n]+$`))
    },
  )
})

describe('connecting to one of several bootstrap servers', () => {
  test('succeeds with both clients if only the sixth server answers', async () => {
    const dead = await Promise.all(Array.from({ length: 5 }, () => port(false)))
    const profile = withServers(...dead.map((one) => `127.0.0.1:${one}`), ...testProfile().bootstrapServers)
    const admin = await connectAdmin(profile, 'test')
    expect((await admin.describeCluster()).brokers).toHaveLength(1)
    await admin.disconnect()
    await expectBothClients(profile)
  })

  test('succeeds with both clients, without connectAdmin, if only the sixth server answers', async () => {
    const dead = await Promise.all(Array.from({ length: 5 }, () => port(false)))
    const profile = withServers(...dead.map((one) => `127.0.0.1:${one}`), ...testProfile().bootstrapServers)
    await expectBothClients(profile)
  })

  test('takes a second for each silent server', async () => {
    const mute = [await port(true), await port(true), await port(true)]
    const profile = withServers(...mute.map((one) => `127.0.0.1:${one}`), ...testProfile().bootstrapServers)
    const begin = performance.now()
    const admin = await connectAdmin(profile, 'test')
    await admin.disconnect()
    await expectBothClients(profile)
    expect(performance.now() - begin).toBeLessThan(15_000)
  })

  test('succeeds with kafkajs alone if the first server is silent', { timeout: 30_000 }, async () => {
    const profile = withServers(`127.0.0.1:${await port(true)}`, ...testProfile().bootstrapServers)
    const admin = createClient(profile, { clientId: 'test' }).admin()
    await admin.connect()
    expect(await admin.listTopics()).toBeInstanceOf(Array)
    await admin.disconnect()
  })

  test('fails with a one-line error that gives a reason for each server', { timeout: 20_000 }, async () => {
    const [refusing, mute] = [`127.0.0.1:${await port(false)}`, `127.0.0.1:${await port(true)}`]
    const error = await connectAdmin(withServers(refusing, mute, 'no-such-host.invalid:9092'), 'test').catch(
      (failure: Error) => failure,
    )
    expect(error).toMatchObject({ name: 'UnreachableError' })
    const { message } = error as Error
    expect(message).toMatch(new RegExp(`no broker answers at ${refusing}: connect ECONNREFUSED`))
    expect(message).toMatch(new RegExp(`no broker answers at ${mute}: no answer within \\d s`))
    expect(message).toMatch(/no broker answers at no-such-host.invalid:9092: getaddrinfo/)
    expect(message).not.toContain('\n')
  })
})

function withServers(...bootstrapServers: string[]): Profile {
  return { ...testProfile(), bootstrapServers }
}

async function expectBothClients(profile: Profile): Promise<void> {
  const admin = createClient(profile, { clientId: 'test' }).admin()
  await admin.connect()
  expect(await admin.listTopics()).toBeInstanceOf(Array)
  await admin.disconnect()
  const other = new Admin(platformaticOptions(profile, 'test'))
  expect(await other.listTopics()).toBeInstanceOf(Array)
  await other.close()
}

describe('connecting with the wrong security protocol', () => {
  const sasl = { mechanism: 'plain', key: 'key', secret: new Secret('secret') } as const
  test.each([
    ['has credentials for a broker that takes none', { sasl }, 'takes no credentials'],
    ['has TLS for a broker without', { tls: {} }, 'before secure TLS connection was established'],
  ])('a profile that %s gives an error that names the variable to check', async (_, settings, reason) => {
    const error = await connectAdmin({ ...testProfile(), ...settings }, 'test').catch(
      (failure: Error) => failure,
    )
    expect(error).toMatchObject({ name: 'UnreachableError' })
    expect((error as Error).message).toContain(reason)
    expect((error as Error).message).toContain('PLAYSTREAM_TEST_SECURITY_PROTOCOL')
  })
})
