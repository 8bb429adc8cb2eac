import { expect, test, vi } from 'vitest'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

const cluster = ownCluster()
const { home } = cluster

interface Edge {
  readonly from: string
  readonly to: string
  readonly status: string
  readonly lag: number | null
  readonly perSecond: number | null
}

async function edges(): Promise<Edge[]> {
  const run = new Playstream(home, ['lineage', '--format', 'json', '--observe', '1s'])
  expect(await run.ended).toBe(0)
  return run.json<{ edges: Edge[] }>().edges
}

const READ = ['topic:game-events', 'processor:player-state'] as const

function statusOf(found: readonly Edge[], from: string, to: string) {
  return found.find((edge) => edge.from === from && edge.to === to)
}

test('the edges of a processor turn when it stops, and a foreign reader is shown while it runs', async ({
  onTestFinished,
}) => {
  expect(await playstream(home, 'schemas', 'apply')).toMatchObject({ code: 0 })
  const kafka = createClient(cluster.profile, { clientId: 'test' })
  const spy = kafka.consumer({ groupId: 'spy' })
  await spy.connect()
  onTestFinished(() => spy.disconnect())
  await spy.subscribe({ topic: 'game-events', fromBeginning: true })
  await spy.run({ eachMessage: async () => undefined })

  const game = new Playstream(home, ['produce', 'game', '--rate', '50', '--count', '100000'])
  const processor = new Playstream(home, ['stream', 'run', 'player-state'])
  onTestFinished(() => {
    game.process.kill('SIGKILL')
    processor.process.kill('SIGKILL')
  })

  await vi.waitFor(
    async () => {
      const found = await edges()
      expect(statusOf(found, ...READ)?.status).toBe('declared-and-seen')
      const written = statusOf(found, 'processor:player-state', 'topic:player-state')
      expect(written?.status).toBe('declared-and-seen')
      expect(written?.perSecond).toBeGreaterThan(0)
      expect(statusOf(found, 'topic:game-events', 'group:spy')?.status).toBe('seen-only')
    },
    { timeout: 60_000, interval: 100 },
  )

  processor.process.kill('SIGTERM')
  await processor.ended
  await vi.waitFor(
    async () => {
      const found = await edges()
      expect(statusOf(found, ...READ)).toMatchObject({ status: 'declared-only' })
      expect(statusOf(found, ...READ)?.lag).toBeGreaterThan(0)
      const written = statusOf(found, 'processor:player-state', 'topic:player-state')
      expect(written?.status).toBe('declared-only')
    },
    { timeout: 60_000, interval: 100 },
  )
})

test('without a cluster the catalog’s lineage is shown, and the reason said', async () => {
  const nowhere = new Playstream(home, ['--profile', 'nowhere', 'lineage'], {
    PLAYSTREAM_NOWHERE_BOOTSTRAP_SERVERS: '127.0.0.1:1',
    PLAYSTREAM_NOWHERE_SECURITY_PROTOCOL: 'PLAINTEXT',
    PLAYSTREAM_NOWHERE_REGISTRY_URL: 'http://127.0.0.1:1',
  })
  expect(await nowhere.ended).toBe(0)
  expect(nowhere.output).toContain('only what the catalog declares is shown')
  expect(nowhere.output).toContain('declared only')
  const mermaid = await playstream(home, 'lineage', '--declared', '--format', 'mermaid')
  expect(mermaid).toMatchObject({ code: 0 })
  expect(mermaid.output).toContain('flowchart LR')
})
