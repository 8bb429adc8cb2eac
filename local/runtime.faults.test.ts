import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createClient } from '../kafka/kafkajs/kafkajs-client.ts'
import { createTopics } from '../kafka/provision/topic-admin.ts'
import type { Home } from './home.ts'
import { isHeld } from './process/lock.ts'
import { freeBase } from './process/ports.ts'
import { isAlive } from './process/process-identity.ts'
import { Runtime } from './runtime.ts'
import { temporaryHome } from './temporary-home.ts'

let home: Home
let running: Runtime | undefined

beforeEach(() => {
  home = temporaryHome()
})

afterEach(async () => {
  await running?.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

async function start(portBase?: number): Promise<Runtime> {
  running = await Runtime.start(home, { portBase: portBase ?? (await freeBase()), progress: () => undefined })
  return running
}

async function registry(runtime: Runtime, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(runtime.profile.registry.url + path, {
    method,
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

describe('the embedded runtime', () => {
  test('keeps topics, records, committed offsets and schemas after a restart on other ports', async () => {
    const first = await start()
    const kafka = createClient(first.profile, { clientId: 'test' })
    const admin = kafka.admin()
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    await Promise.all([admin.connect(), producer.connect()])
    await createTopics(admin, [{ topic: 'kept', numPartitions: 2 }])
    await producer.send({ topic: 'kept', messages: [{ key: 'a', value: '1', partition: 1 }] })
    await admin.setOffsets({ groupId: 'readers', topic: 'kept', partitions: [{ partition: 1, offset: '1' }] })
    await Promise.all([admin.disconnect(), producer.disconnect()])
    const registered = await registry(first, 'POST', '/subjects/kept/versions', { schema: '"string"' })
    expect(registered.status).toBe(200)
    await first.stop()

    const again = await start()
    expect(again.profile.bootstrapServers).not.toEqual(first.profile.bootstrapServers)
    const asked = createClient(again.profile, { clientId: 'test' }).admin()
    await asked.connect()
    const offsets = await asked.fetchTopicOffsets('kept')
    const committed = await asked.fetchOffsets({ groupId: 'readers', topics: ['kept'] })
    await asked.disconnect()
    expect(offsets.map(({ partition, high }) => [partition, high]).sort()).toEqual([
      [0, '0'],
      [1, '1'],
    ])
    expect(committed[0]?.partitions.find(({ partition }) => partition === 1)?.offset).toBe('1')
    expect(await (await registry(again, 'GET', '/subjects')).json()).toEqual(['kept'])
  })

  test('keeps the broker’s own log, limited to what a person reads', async () => {
    await start()
    const log = () => readFileSync(join(home.logs, 'kafka.log'), 'utf8')
    await expect.poll(log).toContain('Kafka Server started')
    const lines = log().trimEnd().split('\n')
    expect(lines.filter((line) => !/^\d{4}-\d\d-\d\dT[\d:,]+ (INFO|WARN|ERROR) /.test(line))).toEqual([])
    expect(lines.length).toBeLessThan(100)
  })

  test('gives a new registry the rule BACKWARD, and keeps a rule that was chosen later', async () => {
    const first = await start()
    expect(await (await registry(first, 'GET', '/config')).json()).toEqual({ compatibilityLevel: 'BACKWARD' })
    await registry(first, 'PUT', '/config', { compatibility: 'FULL' })
    await first.stop()
    const again = await start()
    expect(await (await registry(again, 'GET', '/config')).json()).toEqual({ compatibilityLevel: 'FULL' })
  })

  test.each(['Apache Kafka', 'Apicurio Registry'])(
    'reports the end of the log when %s is killed',
    async (name) => {
      const runtime = await start()
      const victim = runtime.services.find((service) => service.name === name)
      process.kill(victim?.process.pid ?? 0, 'SIGKILL')
      const report = await runtime.crashed
      expect(report).toContain(`${name} ended with signal SIGKILL`)
      expect(report).toContain(victim?.logFile)
      await runtime.stop()
      expect(runtime.services.filter((service) => isAlive(service.process))).toEqual([])
      expect(isHeld(home.lock)).toBe(false)
      // The next start recovers.
      await start()
    },
  )

  test('refuses a second runtime in the same home', async () => {
    await start()
    await expect(
      Runtime.start(home, { portBase: await freeBase(), progress: () => undefined }),
    ).rejects.toMatchObject({
      code: 'BUSY',
    })
  })

  test('names a taken port and leaves nothing running', async () => {
    const base = await freeBase()
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(base + 2, '127.0.0.1', resolve))
    try {
      await expect(start(base)).rejects.toThrow(
        new RegExp(
          `port ${base + 2} \\(for the registry\\) is taken by .* \\(pid ${process.pid}\\).*--port-base \\d+`,
        ),
      )
    } finally {
      blocker.close()
    }
    expect(existsSync(home.profile)).toBe(false)
    expect(isHeld(home.lock)).toBe(false)
  })

  test('stops the services it has started if it is aborted while starting', async () => {
    const stop = new AbortController()
    const started = Runtime.start(home, {
      portBase: await freeBase(),
      signal: stop.signal,
      progress: (line) => {
        if (line.startsWith('starting')) setImmediate(() => stop.abort())
      },
    })
    await expect(started).rejects.toMatchObject({ code: 'STOPPED' })
    expect(existsSync(home.processes)).toBe(false)
    expect(isHeld(home.lock)).toBe(false)
  })
})
