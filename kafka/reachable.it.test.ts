import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Profile } from './profile.ts'
import { connectAdmin } from './reachable.ts'
import { Registry } from './registry.ts'
import { Secret } from './secret.ts'
import { testProfile } from './test-profile.ts'

const PATIENCE_MS = 10_000
let server: Server | undefined

afterEach(() => {
  server?.close()
})

/** A port that accepts connections and never answers; closed again where `silent` is false. */
async function port(silent: boolean): Promise<number> {
  const opened = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  const { port: number } = opened.address() as { port: number }
  if (silent) server = opened
  else await new Promise((resolve) => opened.close(resolve))
  return number
}

describe('what does not answer', () => {
  test.each([
    ['refuses connections', false],
    ['accepts them and is silent', true],
  ])('a broker that %s is named in one line', { timeout: PATIENCE_MS }, async (_, silent) => {
    const address = `127.0.0.1:${await port(silent)}`
    const profile: Profile = { ...testProfile(), bootstrapServers: [address] }
    const error = await connectAdmin(profile, 'test').catch((failure: Error) => failure)
    expect(error).toMatchObject({ name: 'UnreachableError', address })
    expect((error as Error).message).toMatch(new RegExp(`^no broker answers at ${address}: [^\n]+$`))
  })

  test.each([
    ['refuses connections', false],
    ['accepts them and is silent', true],
  ])('a registry that %s is named in one line', { timeout: PATIENCE_MS }, async (_, silent) => {
    const url = `http://127.0.0.1:${await port(silent)}`
    const registry = new Registry({ ...testProfile(), registry: { url } })
    const error = await registry.subjects().catch((failure: Error) => failure)
    expect((error as Error).message).toMatch(new RegExp(`^no schema registry answers at ${url}: [^\n]+$`))
  })
})

describe('a profile whose protocol is not the broker’s is told which variable to check, where it', () => {
  const sasl = { mechanism: 'plain', key: 'key', secret: new Secret('secret') } as const
  test.each([
    ['has credentials for a broker that takes none', { sasl }, 'takes no credentials'],
    ['has TLS for a broker without', { tls: {} }, 'before secure TLS connection was established'],
  ])('%s', async (_, settings, reason) => {
    const error = await connectAdmin({ ...testProfile(), ...settings }, 'test').catch(
      (failure: Error) => failure,
    )
    expect(error).toMatchObject({ name: 'UnreachableError' })
    expect((error as Error).message).toContain(reason)
    expect((error as Error).message).toContain('PLAYSTREAM_TEST_SECURITY_PROTOCOL')
  })
})
