import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { topic, topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { stableOffsets } from '../../kafka/clients/offsets.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { STREAM_CLIENTS } from '../../kafka/stream/stream-client.ts'
import { freeBase, portsFrom } from '../../local/process/ports.ts'
import { Service } from '../../local/process/service.ts'
import { brokerCommand } from '../../local/services/broker.ts'
import { brokerAnswers } from '../../local/services/health.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

const POLL_MS = 100
const interfaces = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
  addresses.map(({ address }) => ({ name, address })),
)
const hasLoopback = interfaces.some(({ address }) => address === '::1')
const linkLocal = interfaces.find(({ address }) => address.startsWith('fe80:'))

/** What the broker listens on and tells its clients, which then come back to it. */
const HOSTS = [
  ...(hasLoopback ? ['[::1]'] : []),
  ...(linkLocal ? [`[${linkLocal.address}%${linkLocal.name}]`] : []),
]

test('this machine has IPv6, or there is nothing to test', ({ skip }) => {
  skip(HOSTS.length === 0)
  expect(HOSTS).not.toEqual([])
})

describe.each(HOSTS)('a broker that is at %s and says so', (host) => {
  const home = temporaryHome()
  let broker: Service
  let profile: Profile

  beforeAll(async () => {
    const ports = portsFrom(await freeBase())
    mkdirSync(home.data, { recursive: true })
    broker = await Service.start(brokerCommand(home, ports, host))
    const registryUrl = inject('registryUrl')
    const bootstrapServers = [`${host}:${ports.broker}`]
    profile = { name: 'test', bootstrapServers, tls: false, registry: { url: registryUrl } }
    while (!(await brokerAnswers(profile))) await sleep(POLL_MS)
    writeFileSync(home.profile, JSON.stringify({ bootstrapServers, registryUrl }))
    const admin = await connectAdmin(profile, 'test')
    for (const one of topics.filter(({ name }) => name.startsWith('transactions')))
      await applyTopicChange(admin, { kind: 'create', topic: one })
    await admin.disconnect()
  })

  afterAll(async () => {
    await broker.stop()
    rmSync(home.folder, { recursive: true, force: true })
  })

  test('takes what is produced, and gives it to a consumer', async () => {
    const produced = await playstream(home, 'produce', 'transactions', '--count', '200', '--rate', 'max')
    expect(produced).toMatchObject({ code: 0 })
    const { code, output } = await playstream(home, 'consume', 'transactions', '--limit', '5', '--json')
    expect(code).toBe(0)
    const records = output.split('\n').filter((line) => line.startsWith('{'))
    expect(records, output).toHaveLength(5)
  })

  test.each(STREAM_CLIENTS)('runs a processor on %s', async (client) => {
    const admin = await connectAdmin(profile, 'test')
    const unique = async () =>
      [...(await stableOffsets(admin, topic('transactions-unique').name)).values()].reduce((a, b) => a + b)
    const before = await unique()
    const count = ['produce', 'transactions', '--count', '200', '--rate', 'max']
    expect(await playstream(home, ...count)).toMatchObject({ code: 0 })
    const running = new Playstream(home, ['dedup', 'run', '--client', client])
    while ((await unique()) === before) await sleep(POLL_MS)
    running.process.kill('SIGTERM')
    expect(await running.ended).toBe(0)
    await admin.disconnect()
  })
})
