import avro from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { schemaOf } from '../../catalog/schemas.ts'
import type { Topic } from '../../catalog/topic.ts'
import { topicNamed, topics } from '../../catalog/topics.ts'
import { PayloadError } from '../errors.ts'
import { avroTypeOf, exactAvroTypeOf } from './avro-type.ts'
import { jsonDecoder } from './json-decoder.ts'
import type { Registry } from './registry.ts'
import { HEADER_BYTES, writeHeader } from './wire-format.ts'

const SCHEMA_ID = 7
const events = topicNamed('game-events')
const subject = events.value.kind === 'avro' ? events.value.subject : ''
const type = exactAvroTypeOf(schemaOf(subject))

/** A registry that knows one schema, the catalog's. */
const registry = { avroType: async () => avroTypeOf(schemaOf(subject)) } as unknown as Registry

function encoded(value: unknown): Buffer {
  const body = type.toBuffer(value)
  const bytes = Buffer.concat([Buffer.alloc(HEADER_BYTES), body])
  writeHeader(bytes, 0, SCHEMA_ID)
  return bytes
}

describe('an Avro value as JSON', () => {
  const decode = jsonDecoder(events, registry)

  test.each([0n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
    'has the long %s, digit for digit',
    async (long) => {
      const value = { 'playstream.PlayerHealth': { player_id: 'p', health: 1, timestamp: long } }
      expect(await decode([encoded(value)])).toEqual([
        `{"playstream.PlayerHealth":{"player_id":"p","health":1,"timestamp":${long}}}`,
      ])
    },
  )

  test('has every long and double as it was written', async () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true })
    await fc.assert(
      fc.asyncProperty(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), doubles, async (timestamp, x) => {
        const value = { 'playstream.PlayerPosition': { player_id: 'p', x, y: 0, timestamp } }
        const [json] = await decode([encoded(value)])
        expect(json).toContain(`"timestamp":${timestamp}}`)
        const { 'playstream.PlayerPosition': read } = JSON.parse(json as string)
        expect(Object.is(read.x, x)).toBe(true)
      }),
    )
  })

  test('that is truncated is refused', async () => {
    const bytes = encoded({ 'playstream.PlayerHealth': { player_id: 'p', health: 1, timestamp: 1n } })
    expect(await decode([bytes.subarray(0, -1), null])).toEqual([
      expect.any(PayloadError),
      expect.any(PayloadError),
    ])
  })

  test('of a writer with an int in place of a long is read', async () => {
    const own = { type: 'record', name: 'PlayerHealth', namespace: 'playstream' } as const
    const fields = [
      { name: 'player_id', type: 'string' },
      { name: 'health', type: 'int' },
      { name: 'timestamp', type: 'int' },
    ]
    const writer = avro.Type.forSchema({ ...own, fields } as avro.Schema)
    const older = jsonDecoder(events, { avroType: async () => writer } as unknown as Registry)
    const body = writer.toBuffer({ player_id: 'p', health: 2, timestamp: 3 })
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 0, SCHEMA_ID]), body])
    expect(await older([bytes])).toEqual([
      '{"playstream.PlayerHealth":{"player_id":"p","health":2,"timestamp":3}}',
    ])
  })
})

describe('a JSON value as JSON', () => {
  const decode = jsonDecoder(topicNamed('transactions'), registry)

  test('is the value in the topic, without blanks between tokens', async () => {
    const text = '{"id":"c3","n":12345678901234567890,"f":1.0,"e":1e400,"z":-0,"f":2}'
    expect(await decode([Buffer.from(text), Buffer.from(`\n${text.replaceAll(',', ' ,\n ')}`)])).toEqual([
      text,
      text,
    ])
  })

  test('that is empty, not JSON or not UTF-8 is refused', async () => {
    const bad = [Buffer.from('line1\nline2'), Buffer.from([0x80]), Buffer.alloc(0), null]
    for (const one of await decode(bad)) expect(one).toBeInstanceOf(PayloadError)
  })
})

test('bytes are text if they are UTF-8, else base64', async () => {
  const bytes = topics.find(({ value }) => value.kind === 'bytes')
  const decode = jsonDecoder(bytes as Topic, registry)
  expect(await decode([Buffer.from('a "b"'), Buffer.from([0xff]), null])).toEqual([
    String.raw`"a \"b\""`,
    '"base64:/w=="',
    'null',
  ])
})
