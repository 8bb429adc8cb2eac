import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, kafka, profile } from '../../kafka/clients/test-broker.ts'
import { unique } from '../../kafka/profile/test-profile.ts'
import { createTopics } from '../../kafka/provision/topic-admin.ts'
import type { ShownRecord } from './shown-record.ts'
import { type Query, TopicBrowser, UnknownTopicError } from './topic-browser.ts'

const browser = new TopicBrowser(profile)
const topic = unique('browse')
const RECORDS = 3_000

beforeAll(async () => {
  await createTopics(admin, [{ topic, numPartitions: 3 }])
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const messages = Array.from({ length: RECORDS }, (_, index) => ({
    key: `key-${index % 10}`,
    value: JSON.stringify({ index, group: index % 100, big: 9_007_199_254_740_993n }, (_, value) =>
      typeof value === 'bigint' ? Number(value) : value,
    ).replace(/"big":\d+/, '"big":9007199254740993'),
    timestamp: String(Date.UTC(2026, 0, 1) + index * 1_000),
  }))
  await producer.send({ topic, messages })
  await producer.send({ topic, messages: [{ key: 'broken', value: Buffer.from([0xff, 0x00]) }] })
  await producer.disconnect()
})

afterAll(() => browser.close())

async function find(query: Partial<Query>, signal = new AbortController().signal) {
  const hits: ShownRecord[] = []
  const end = await browser.find(
    { topic, from: 'start', to: 'end', limit: 10_000, ...query },
    { onHit: (hit) => void hits.push(hit), onProgress: () => undefined },
    signal,
  )
  return { hits, end }
}

describe('a query', () => {
  test('finds every committed record once, and what is not JSON as bytes with the reason', async () => {
    const { hits, end } = await find({})
    expect(hits).toHaveLength(RECORDS + 1)
    expect(end.rest.size).toBe(0)
    const broken = hits.find(({ key }) => key === 'broken')
    expect(broken).toMatchObject({ value: 'hex:ff00', error: expect.stringContaining('CORRUPT') })
  })

  test('shows numbers of 64 bits as they are', async () => {
    const { hits } = await find({ filter: 'index = 0' })
    expect(hits[0]?.value).toContain('"big":9007199254740993')
  })

  test('finds what a filter wants', async () => {
    const { hits } = await find({ filter: 'group = 7 and index > 2000' })
    expect(hits.map(({ value }) => JSON.parse(value ?? '').index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 10 }, (_, index) => 2_007 + index * 100),
    )
  })

  test('finds the records of a key', async () => {
    const { hits } = await find({ key: 'key-3' })
    expect(hits).toHaveLength(RECORDS / 10)
    expect(new Set(hits.map(({ partition }) => partition)).size).toBe(1)
  })

  test('between two times finds the records in between', async () => {
    const { hits } = await find({ from: '2026-01-01T00:10:00Z', to: '2026-01-01T00:20:00Z' })
    const inside = hits
      .map(({ value }) => JSON.parse(value ?? '{}').index)
      .filter((index) => index >= 600 && index < 1_200)
    expect(inside).toHaveLength(600)
    expect(hits.length).toBe(600)
  })

  test('with a limit goes on where it stopped, without a gap and without a repetition', async () => {
    const all: string[] = []
    let rest: Query['rest']
    for (let rounds = 0; rounds < 20; rounds += 1) {
      const { hits, end } = await find({ limit: 400, ...(rest && { rest }) })
      all.push(...hits.map(({ partition, offset }) => `${partition}/${offset}`))
      rest = end.rest
      if (end.rest.size === 0) break
    }
    expect(all).toHaveLength(RECORDS + 1)
    expect(new Set(all).size).toBe(RECORDS + 1)
  })

  test('that is cancelled ends at once and says what is left', async () => {
    const stop = new AbortController()
    const hits: ShownRecord[] = []
    const end = await browser.find(
      { topic, from: 'start', to: 'end', limit: 10_000 },
      {
        onHit: (hit) => {
          hits.push(hit)
          if (hits.length === 10) stop.abort()
        },
        onProgress: () => undefined,
      },
      stop.signal,
    )
    expect(hits.length).toBeLessThan(RECORDS)
    expect(end.rest.size).toBeGreaterThan(0)
  })

  test('for an unknown topic is refused', async () => {
    await expect(find({ topic: unique('nothing') })).rejects.toThrow(UnknownTopicError)
  })
})

test('records of an aborted transaction are found only on demand', async () => {
  const own = unique('aborted')
  await createTopics(admin, [{ topic: own, numPartitions: 1 }])
  const producer = kafka.producer({ transactionalId: unique('tx'), idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: own, messages: [{ value: '{"a":1}' }] })
  await transaction.abort()
  await producer.disconnect()
  await expect.poll(async () => (await find({ topic: own, uncommitted: true })).hits).toHaveLength(1)
  expect((await find({ topic: own })).hits).toHaveLength(0)
})

test('no consumer group is left behind', async () => {
  const before = (await admin.listGroups()).groups.length
  await find({ limit: 5 })
  expect((await admin.listGroups()).groups).toHaveLength(before)
})
