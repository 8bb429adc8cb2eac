import { createRequire } from 'node:module'
import fc from 'fast-check'
import type { Message } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { requestEnd } from './writer.ts'

const require = createRequire(import.meta.url)
const encodeRecord: (record: object) => object = require('kafkajs/src/protocol/recordBatch/record/v0')
const {
  RecordBatch: encodeBatch,
}: {
  RecordBatch: (batch: object) => Promise<{ size(): number }>
} = require('kafkajs/src/protocol/recordBatch/v0')

/** The broker's default limit of a batch, message.max.bytes (Apache Kafka documentation). */
const BROKER_LIMIT_BYTES = 1_048_588

/** The size of a batch as kafkajs writes it. */
async function batchBytes(messages: readonly Message[]): Promise<number> {
  const records = messages.map(({ key, value, headers }, offsetDelta) =>
    encodeRecord({ offsetDelta, timestampDelta: 1_000_000, key, value, headers }),
  )
  return (await encodeBatch({ records })).size()
}

function requestsOf(records: readonly Message[]): (readonly Message[])[] {
  const requests: (readonly Message[])[] = []
  for (let start = 0; start < records.length; ) {
    const end = requestEnd(records, start)
    if (end <= start) throw new Error(`no progress at record ${start}`)
    requests.push(records.slice(start, end))
    start = end
  }
  return requests
}

const text = fc
  .tuple(fc.constantFrom('a', 'é', '日', '😀'), fc.oneof(fc.nat(200), fc.nat(120_000)))
  .map(([letter, length]) => letter.repeat(length))
const part: fc.Arbitrary<string | Buffer> = fc.oneof(
  text,
  fc.oneof(fc.nat(200), fc.nat(600_000)).map((bytes) => Buffer.alloc(bytes)),
)
const message: fc.Arbitrary<Message> = fc.record({
  key: fc.option(part, { nil: null }),
  value: fc.option(part, { nil: null }),
  headers: fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.oneof(part, fc.array(part, { maxLength: 2 })),
    { maxKeys: 2 },
  ),
})
const messages = fc.array(message, { maxLength: 12 })

describe('requestEnd', () => {
  test('every record is in exactly one request, in order', () => {
    fc.assert(
      fc.property(messages, (records) => {
        const sent = requestsOf(records).flat()
        expect(sent.length === records.length && sent.every((one, index) => one === records[index])).toBe(
          true,
        )
      }),
    )
  })

  test('a request of several records fits into a batch that the broker accepts', async () => {
    await fc.assert(
      fc.asyncProperty(messages, async (records) => {
        for (const request of requestsOf(records)) {
          if (request.length > 1) expect(await batchBytes(request)).toBeLessThanOrEqual(BROKER_LIMIT_BYTES)
        }
      }),
    )
  })

  test.each([
    [
      'events',
      (index: number): Message => ({
        key: `player-${index % 100}`,
        value: Buffer.alloc(30),
        headers: { run: Buffer.from('0badcafe'), sequence: String(index) },
      }),
    ],
    ['single bytes', (): Message => ({ value: Buffer.alloc(1) })],
  ])('a request holds thousands of small records: %s', async (_, make) => {
    const requests = requestsOf(Array.from({ length: 100_000 }, (_, index) => make(index)))
    for (const request of requests) expect(await batchBytes(request)).toBeLessThanOrEqual(BROKER_LIMIT_BYTES)
    expect(requests.length).toBeLessThan(50)
  })

  test('an oversized record has a request of its own, so that the records around it are written', () => {
    const small = { value: 'small' }
    const giant = { value: Buffer.alloc(5_000_000) }
    expect(requestsOf([small, giant, small, small]).map(({ length }) => length)).toEqual([1, 1, 2])
  })

  test('headers count, including every value of a list', () => {
    const heavy = { value: '', headers: { trace: [Buffer.alloc(400_000), Buffer.alloc(400_000)] } }
    expect(requestsOf([heavy, heavy])).toHaveLength(2)
  })

  test.each([
    ['a list repeats its name for each value', 'trace-of-a-long-name', Array(25_000).fill('')],
    ['a name of three-byte characters', '日'.repeat(200_000), 'x'],
    ['a list of many small values', 'a', Array(90_000).fill(Buffer.alloc(1))],
  ])('a request with unusual headers is within the broker’s limit: %s', async (_, name, value) => {
    const records = Array.from({ length: 4 }, () => ({ value: '', headers: { [name]: value } }))
    for (const request of requestsOf(records)) {
      if (request.length > 1) expect(await batchBytes(request)).toBeLessThanOrEqual(BROKER_LIMIT_BYTES)
    }
  })

  test('a request begins at the given record', () => {
    const records = Array.from({ length: 4 }, () => ({ value: Buffer.alloc(400_000) }))
    expect([0, 1, 2, 3].map((start) => requestEnd(records, start))).toEqual([2, 3, 4, 4])
  })
})
