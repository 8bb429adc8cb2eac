import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Admin } from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'

const LIBRARIES = ['kafkajs', 'platformatic'] as const

/** A client's first TLS message, the ClientHello, which contains the server name in clear text. */
async function clientHello(library: (typeof LIBRARIES)[number], host: string): Promise<string> {
  const server = createServer()
  server.listen(0, host.replace(/[[\]]/g, ''))
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const profile: Profile = {
    name: 'test',
    bootstrapServers: [`${host}:${port}`],
    tls: {},
    registry: { url: 'http://127.0.0.1' },
  }
  const connected = once(server, 'connection')
  const close = connect(library, profile)
  try {
    const [socket] = (await connected) as [Socket]
    socket.on('error', () => undefined)
    const [hello] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    return hello.toString('latin1')
  } finally {
    server.close()
    await close()
  }
}

function connect(library: (typeof LIBRARIES)[number], profile: Profile): () => Promise<void> {
  if (library === 'kafkajs') {
    const admin = createClient(profile, { clientId: 'test', patienceMs: 100 }).admin()
    admin.connect().catch(() => undefined)
    return () => admin.disconnect()
  }
  const admin = new Admin({ ...platformaticOptions(profile, 'test'), retries: 0 })
  admin.listTopics().catch(() => undefined)
  return () => admin.close()
}

describe.each(LIBRARIES)('a TLS client of %s', (library) => {
  test('sends the host name of the server that it connects to', async () => {
    expect(await clientHello(library, 'localhost')).toContain('localhost')
  })

  test.each(['127.0.0.1', '[::1]'])('sends no server name to the address %s', async (host) => {
    const hello = await clientHello(library, host)
    expect(hello).not.toContain('127.0.0.1')
    expect(hello).not.toContain('::1')
  })
})
