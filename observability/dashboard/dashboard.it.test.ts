import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import { freeBase } from '../../local/process/ports.ts'
import { Runtime } from '../../local/runtime.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import type { ShownRecord } from '../browse/shown-record.ts'
import type { Dashboard } from './dashboard.ts'
import type {
  AttacksState,
  ClusterState,
  DeadLettersState,
  DuplicatesState,
  PlayersState,
} from './protocol.ts'
import {
  ATTACKS,
  applyTestCatalog,
  HOSTILE,
  LARGE_BYTES,
  produceTraffic,
  serve,
  TRAFFIC,
} from './test-dashboard.ts'
import { openLines, Viewer } from './test-viewer.ts'

const PATIENCE = { timeout: 30_000 }

const home = temporaryHome()
let portBase: number
let runtime: Runtime
let dashboard: Dashboard
let viewer: Viewer

const startRuntime = () => Runtime.start(home, { portBase, progress: () => undefined })

beforeAll(async () => {
  portBase = await freeBase()
  runtime = await startRuntime()
  await applyTestCatalog(runtime.profile)
  dashboard = await serve(runtime.profile)
  viewer = await Viewer.open(dashboard.url)
  await dashboard.following
  await produceTraffic(runtime.profile)
})

afterAll(async () => {
  viewer?.close()
  await dashboard?.close()
  await runtime?.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

async function linesOf(
  query: Readonly<Record<string, string>>,
): Promise<{ hit?: ShownRecord; progress?: object; end?: object; error?: string }[]> {
  const answer = await fetch(`${dashboard.url}/api/scan?${new URLSearchParams(query)}`)
  return (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('the stream of events', () => {
  test('counts every record that was written since the topics are followed', async () => {
    await expect.poll(() => viewer.state<ClusterState>('cluster')?.counts, PATIENCE).toEqual(TRAFFIC)
    const cluster = viewer.state<ClusterState>('cluster')
    expect(cluster?.error).toBeNull()
    const transactions = cluster?.topics.find(({ topic }) => topic === 'transactions')
    await expect
      .poll(
        () => viewer.state<ClusterState>('cluster')?.topics.find(({ topic }) => topic === 'transactions'),
        PATIENCE,
      )
      .toMatchObject({ offsets: TRAFFIC.transactions, partitions: transactions?.partitions })
  })

  test('carries players, duplicates, attacks and dead letters with texts exactly as they were written', async () => {
    await expect
      .poll(
        () =>
          viewer
            .state<PlayersState>('players')
            ?.players.map(([id]) => id)
            .sort(),
        PATIENCE,
      )
      .toEqual(['player-1', 'player-2', HOSTILE].sort())
    const duplicates = () => viewer.state<DuplicatesState>('duplicates') ?? []
    await expect
      .poll(() => duplicates().map(({ id }) => id), PATIENCE)
      .toEqual(expect.arrayContaining(['t-1', HOSTILE]))
    await expect
      .poll(() => viewer.state<AttacksState>('attacks'), PATIENCE)
      .toMatchObject({
        open: ATTACKS.open,
        attacks: expect.arrayContaining([expect.objectContaining({ id: HOSTILE, users: [HOSTILE] })]),
      })
    await expect.poll(() => viewer.state<DeadLettersState>('dead-letters')?.latest, PATIENCE).toHaveLength(2)
    expect(viewer.state<DeadLettersState>('dead-letters')).toMatchObject({
      counts: expect.arrayContaining([
        { topic: 'transactions-dlq', reason: 'MISSING_ID', count: 1 },
        { topic: 'transactions-dlq', reason: HOSTILE, count: 1 },
      ]),
      latest: expect.arrayContaining([
        expect.objectContaining({ message: HOSTILE, origin: { topic: HOSTILE, partition: 0, offset: 7 } }),
      ]),
    })
  })

  test('gives a viewer that comes later the present state at once', async () => {
    const late = await Viewer.open(dashboard.url)
    await expect.poll(() => late.state<ClusterState>('cluster')?.counts, { timeout: 900 }).toEqual(TRAFFIC)
    late.close()
  })
})

describe('a scan', () => {
  test('streams hits, progress and the end, with hostile keys, headers and values as data', async () => {
    const lines = await linesOf({ topic: 'transactions', limit: '10' })
    const hits = lines.flatMap(({ hit }) => (hit ? [hit] : []))
    expect(hits).toHaveLength(TRAFFIC.transactions)
    for (const hit of hits) expect(hit).toMatchObject({ key: HOSTILE, headers: [[HOSTILE, HOSTILE]] })
    expect(hits.map(({ value }) => JSON.parse(value ?? '{}').id)).toContain(HOSTILE)
    expect(Math.max(...hits.map(({ size }) => size))).toBeGreaterThan(LARGE_BYTES)
    expect(lines.some(({ progress }) => progress)).toBe(true)
    expect(lines.at(-1)).toMatchObject({ end: { rest: '', hits: TRAFFIC.transactions } })
  })

  test('with a filter that is wrong ends with the reason, as the fault of the request', async () => {
    const [line] = await linesOf({ topic: 'transactions', filter: '((' })
    expect(line).toMatchObject({ error: expect.any(String), isUsage: true })
  })

  test('ends when its client goes away, so that many can be started one after the other', async () => {
    const query = new URLSearchParams({ topic: 'logs' })
    // More than may run at once: a tail never ends by itself.
    for (let count = 0; count < 20; count += 1) {
      const response = await openLines(`${dashboard.url}/api/tail?${query}`)
      expect(response.statusCode).toBe(200)
      response.destroy()
    }
    const open = await Promise.all(
      Array.from({ length: 16 }, () =>
        expect
          .poll(async () => {
            const response = await openLines(`${dashboard.url}/api/tail?${query}`)
            if (response.statusCode !== 200) response.destroy()
            else kept.push(response)
            return response.statusCode
          }, PATIENCE)
          .toBe(200),
      ),
    )
    expect(open).toHaveLength(16)
    const refused = await openLines(`${dashboard.url}/api/tail?${query}`)
    expect(refused.statusCode).toBe(429)
    for (const response of [refused, ...kept]) response.destroy()
  })
  const kept: { destroy(): unknown }[] = []

  test('leaves no consumer group behind', async () => {
    const admin = createClient(runtime.profile, { clientId: 'test' }).admin()
    await admin.connect()
    const { groups } = await admin.listGroups().finally(() => admin.disconnect())
    expect(groups).toEqual([])
  })
})

test('metrics, health and readiness answer', async () => {
  const text = async (path: string) => (await fetch(`${dashboard.url}${path}`)).text()
  expect(await text('/healthz')).toBe('ok\n')
  expect(await text('/readyz')).toBe('ok\n')
  expect(await text('/metrics')).toMatch(
    /^kafka_topic_partition_current_offset\{.*topic="transactions".*\} \d+/m,
  )
})

test('a port that is taken is an error that names the port', async () => {
  const port = new URL(dashboard.url).port
  await expect(serve(runtime.profile, Number(port))).rejects.toThrow(new RegExp(`EADDRINUSE.*${port}`))
})

test('closing the server ends open streams and scans at once', async () => {
  const own = await serve(runtime.profile)
  const open = await Viewer.open(own.url)
  const lines = await openLines(`${own.url}/api/tail?topic=logs`)
  lines.on('error', () => undefined)
  const ended = new Promise((resolve) => lines.on('close', resolve))
  lines.resume()
  const begun = performance.now()
  await own.close()
  await Promise.all([open.ended, ended])
  expect(performance.now() - begun).toBeLessThan(10_000)
})

test('a broker that goes away is an error of the cluster’s state, and nothing is lost when it comes back', async () => {
  await runtime.stop()
  await expect.poll(() => viewer.state<ClusterState>('cluster')?.error, PATIENCE).toEqual(expect.any(String))
  expect(viewer.state<ClusterState>('cluster')?.counts).toEqual(TRAFFIC)
  runtime = await startRuntime()
  await expect.poll(() => viewer.state<ClusterState>('cluster')?.error, PATIENCE).toBeNull()
  await produceTraffic(runtime.profile)
  const twice = Object.fromEntries(Object.entries(TRAFFIC).map(([name, count]) => [name, count * 2]))
  await expect.poll(() => viewer.state<ClusterState>('cluster')?.counts, PATIENCE).toEqual(twice)
})
