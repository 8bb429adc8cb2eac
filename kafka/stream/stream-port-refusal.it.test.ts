import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { never, produce, profile } from '../clients/test-broker.ts'
import { kafkajsHeaders } from '../kafkajs/exact-headers.ts'
import type { OutputRecord, StreamRecord } from '../protocol/record.ts'
import type { Batch, StreamHandler } from './stream-port.ts'
import {
  Copy,
  numbers,
  optionsFor,
  ports,
  read,
  runUntilFilled,
  send,
  type Topics,
  topicsFor,
  valuesOf,
} from './test-stream-port.ts'

const LIMIT = 10_000

/** Copies records, and writes the reason of a refusal instead of a refused record. */
class Marking extends Copy {
  readonly #isTracing: boolean
  /** The number of batches handed over. */
  batches = 0

  constructor(topics: Topics, isTracing: boolean) {
    super(topics)
    this.#isTracing = isTracing
  }

  override process(batches: readonly Batch[]): OutputRecord[] {
    this.batches += batches.length
    return batches.flatMap((batch) =>
      super.process([batch]).map((output, index) => {
        const source = batch.records[index] as StreamRecord
        const refusals = batch.refused?.get(source.offset)
        const marked = refusals
          ? {
              ...output,
              key: Buffer.from('k'),
              value: Buffer.from(`refused: ${refusals[0]?.code}`),
              timestamp: 1_000,
            }
          : output
        return batch.isTraced && this.#isTracing ? { ...marked, source } : marked
      }),
    )
  }
}

describe.each(ports)('the stream port on %s', (_, createPort) => {
  test.each([
    ['names the sources of its outputs', true],
    ['names no sources', false],
  ])('tells a handler that %s which records give output that the broker refuses', async (_how, isTracing) => {
    const topics = await topicsFor('refused', { 'max.message.bytes': String(LIMIT) })
    await send(topics.input, numbers(40))
    const large = (partition: number) => ({ value: randomBytes(2 * LIMIT), partition })
    await produce(topics.input, [large(0), large(0), large(2)])
    await send(topics.input, numbers(40, 'b'))
    const options = optionsFor(topics)
    await runUntilFilled(createPort, topics, 83, new Marking(topics, isTracing), options)
    const expected = (await read(topics.input)).map(({ value }) =>
      (value?.length ?? 0) > LIMIT ? 'refused: TOO_LARGE' : String(value),
    )
    expect(await valuesOf(topics.output)).toEqual(expected)
    const said = options.lines.filter((line) => / partition \d offset \d+ .*TOO_LARGE/.test(line))
    expect(said).toHaveLength(3)
  })

  test('tells a handler that a compacted topic refuses a record without a key, or a timestamp', async () => {
    const topics = await topicsFor('keyless', {
      'cleanup.policy': 'compact',
      'message.timestamp.before.max.ms': '3600000',
      'message.timestamp.after.max.ms': '3600000',
    })
    const messages = [
      { key: 'a', value: 'good', partition: 0 },
      { key: null, value: 'no key', partition: 0 },
      { key: 'a', value: 'old', partition: 0, timestamp: '5' },
      { key: 'b', value: 'good', partition: 0 },
    ]
    await produce(topics.input, messages)
    const handler = new Marking(topics, true)
    const process = handler.process.bind(handler)
    handler.process = (batches) =>
      process(batches).map((one) => (one.timestamp === 1_000 ? { ...one, timestamp: Date.now() } : one))
    await runUntilFilled(createPort, topics, 4, handler)
    expect(await valuesOf(topics.output)).toEqual([
      'good',
      'refused: KEY_REFUSED',
      'refused: TIMESTAMP_REFUSED',
      'good',
    ])
  })

  test('ends with an error that names the input record if the handler keeps writing refused output', async () => {
    const topics = await topicsFor('stubborn', { 'max.message.bytes': String(LIMIT) })
    await send(topics.input, [...numbers(2), randomBytes(2 * LIMIT).toString('base64')], 1)
    const handler: StreamHandler = new Copy(topics)
    await expect(createPort(profile, optionsFor(topics)).run(handler, never)).rejects.toThrow(
      `${topics.input} partition 1 offset 2 can be neither processed nor set aside: ${topics.output} goes on refusing it`,
    )
    expect(await valuesOf(topics.output)).not.toContain('v2')
  })

  test('hands over and writes headers of any name and value byte for byte', async () => {
    const topics = await topicsFor('headers')
    const names = ['constructor', 'toString', '__proto__', 'a', '', 'a', 'valueOf', 'constructor']
    const headers = [
      ...names.map((name, index) => [Buffer.from(name), Buffer.from(String(index))] as const),
      [Buffer.from([0xff, 0xfe]), null] as const,
      ...Array.from({ length: 10_000 }, (_, index) => [Buffer.from(`${index}`), null] as const),
    ]
    await produce(topics.input, [{ value: 'x', headers: kafkajsHeaders(headers) }])
    await runUntilFilled(createPort, topics, 1)
    expect((await read(topics.output))[0]?.headers).toEqual(headers)
  })

  test('writes a record that fits only compressed', async () => {
    const topics = await topicsFor('zip', { 'max.message.bytes': String(1_048_588) })
    const value = Buffer.alloc(7_000_000, 'zip ')
    await produce(topics.input, [{ value, partition: 0 }], 1)
    await send(topics.input, ['behind'], 0)
    const options = optionsFor(topics)
    await runUntilFilled(createPort, topics, 2, new Copy(topics), options)
    expect((await read(topics.output))[0]?.value?.equals(value)).toBe(true)
    expect(options.meter.aborts).toBe(0)
  })
})
