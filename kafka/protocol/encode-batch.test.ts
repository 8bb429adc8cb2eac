import { Reader, readRecordsBatch } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readRecordBatches } from './decode-batch.ts'
import { encodeRecordBatch } from './encode-batch.ts'
import type { OutputRecord } from './record.ts'

const PRODUCER = { id: 77n, epoch: 3, sequence: 2 ** 31 - 1 }
const bytes = fc.oneof(
  fc.constant(null),
  fc.uint8Array({ maxLength: 40 }).map((raw) => Buffer.from(raw)),
  fc.nat(20_000).map((length) => Buffer.alloc(length, 'x')),
)
const record: fc.Arbitrary<OutputRecord> = fc.record({
  topic: fc.constant('t'),
  partition: fc.constant(4),
  timestamp: fc.oneof(
    fc.nat(2 ** 31 - 1),
    fc.integer({ min: 0, max: 4e12 }),
    fc.constantFrom(0, 1, 253402300799000),
  ),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.string().map(Buffer.from), bytes), { maxLength: 3 }),
})
const records = fc.array(record, { minLength: 1, maxLength: 300 })

describe('a record batch', () => {
  test('decodes to the records from which it was encoded', () => {
    fc.assert(
      fc.property(records, (written) => {
        const [batch, ...more] = readRecordBatches(encodeRecordBatch(written, PRODUCER), 4)
        expect(more).toEqual([])
        expect(batch).toMatchObject({
          firstOffset: 0,
          lastOffset: written.length - 1,
          producerId: 77n,
          attributes: 16,
        })
        expect(batch?.records).toEqual(written.map(({ topic: _, ...rest }, offset) => ({ ...rest, offset })))
      }),
      { numRuns: 200 },
    )
  })

  test('decodes with @platformatic/kafka to the same records, producer and largest time', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (written) => {
        const batch = readRecordsBatch(Reader.from(encodeRecordBatch(written, PRODUCER)))
        expect(batch).toMatchObject({
          magic: 2,
          producerId: 77n,
          producerEpoch: 3,
          firstSequence: 2 ** 31 - 1,
        })
        expect(Number(batch.maxTimestamp)).toBe(Math.max(...written.map(({ timestamp }) => timestamp)))
        expect(batch.records.map(({ key, value }) => [key, value])).toEqual(
          written.map(({ key, value }) => [key, value]),
        )
      }),
    )
  })
})

describe('fetched bytes', () => {
  const one = encodeRecordBatch(
    [{ topic: 't', partition: 0, timestamp: 5, key: null, value: Buffer.from('v'), headers: [] }],
    PRODUCER,
  )

  test('decode to all whole batches if the last batch is cut off', () => {
    for (const cut of [0, 1, 11, 12, 60, one.length - 1]) {
      expect(readRecordBatches(Buffer.concat([one, one, one.subarray(0, cut)]), 0)).toHaveLength(2)
    }
  })

  test('decode to the append time on a topic with LogAppendTime', () => {
    const appended = Buffer.from(one)
    appended.writeInt16BE(8, 21)
    appended.writeBigInt64BE(9_000n, 35)
    expect(readRecordBatches(appended, 0)[0]?.records[0]?.timestamp).toBe(9_000)
  })

  test('in a format from before Kafka 0.11 give an error that names the format', () => {
    const old = Buffer.from(one)
    old[16] = 1
    expect(() => readRecordBatches(old, 3)).toThrow('partition 3 holds records of the old format 1')
  })
})
