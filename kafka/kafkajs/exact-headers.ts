import { createRequire } from 'node:module'
import type { IHeaders } from 'kafkajs'
import type { Headers } from '../protocol/record.ts'

/**
 * kafkajs 2.2.4 gathers headers in a plain object, by name. So a header named like a property of Object's prototype,
 * `constructor` for example, gets that property as its first value; a name that is not UTF-8 changes; a header without a
 * value cannot be written; and ten thousand headers take seconds, because the object is copied for each. This patch uses an
 * object without a prototype, which carries the headers of the record byte for byte and in order.
 */
const EXACT = Symbol('exact headers')

type WithExact = IHeaders & { [EXACT]?: Headers }

/** The headers of a record that kafkajs has read, byte for byte and in order. */
export function exactHeaders(headers: IHeaders | undefined): Headers {
  const exact = (headers as WithExact | undefined)?.[EXACT]
  if (exact) return exact
  return Object.entries(headers ?? {}).flatMap(([name, values]) =>
    [values]
      .flat()
      .filter(isValue)
      .map((value) => [Buffer.from(name), bytes(value)] as const),
  )
}

type HeaderValue = Buffer | string | null | undefined

/** Other values than these come from Object's prototype. */
function isValue(value: unknown): value is HeaderValue {
  return value == null || typeof value === 'string' || Buffer.isBuffer(value)
}

function bytes(value: HeaderValue): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : (value ?? null)
}

/**
 * Headers for a record that kafkajs is to write, byte for byte and in order.
 * @param isListed whether a name that comes once has a list of one value instead of the value
 */
export function kafkajsHeaders(headers: Headers, isListed = false): IHeaders {
  return byName(headers, isListed)
}

interface Decoder {
  readVarInt(): number
  readVarIntBytes(): Buffer | null
  readVarIntArray(reader: unknown): { reduce(): IHeaders }
}

interface Encoder {
  writeVarInt(value: number): Encoder
  writeInt8(value: number): Encoder
  writeVarLong(value: number): Encoder
  writeVarIntBytes(value: Buffer | string | null | undefined): Encoder
  writeEncoder(value: Encoder): Encoder
  readonly buffer: Buffer
}

interface RecordFields {
  readonly offsetDelta?: number
  readonly timestampDelta?: number
  readonly key: Buffer | string | null
  readonly value: Buffer | string | null
  readonly headers?: WithExact
}

const require = createRequire(import.meta.url)
const Encoder = require('kafkajs/src/protocol/encoder') as new () => Encoder

// kafkajs reads only a record's headers with this method, and only reduces the array to an object.
const decoder = (require('kafkajs/src/protocol/decoder') as { prototype: Decoder }).prototype
decoder.readVarIntArray = function (this: Decoder) {
  const count = this.readVarInt()
  const exact = Array.from(
    { length: count },
    () => [this.readVarIntBytes() as Buffer, this.readVarIntBytes()] as const,
  )
  return { reduce: () => byName(exact, false) }
}

function byName(exact: Headers, isListed: boolean): IHeaders {
  const found: Record<string, unknown> = Object.create(null)
  for (const [name, values] of Map.groupBy(exact, ([raw]) => raw.toString())) {
    const all = values.map(([, value]) => value)
    found[name] = all.length === 1 && !isListed ? all[0] : all
  }
  // Not enumerable, so that listing the headers gives only their names.
  Object.defineProperty(found, EXACT, { value: exact })
  return found as IHeaders
}

const encoderPath = require.resolve('kafkajs/src/protocol/recordBatch/record/v0')
const encodeRecord = require(encoderPath) as (record: RecordFields) => Encoder
const loaded = require.cache[encoderPath]
if (!loaded)
  throw new Error(
    'this release of kafkajs has no record encoder to replace: exact-headers.ts is written for 2.2.4',
  )
// kafkajs loads a kind of request with the first request of that kind, which finds this encoder.
loaded.exports = (record: RecordFields): Encoder => {
  const exact = record.headers?.[EXACT]
  if (!exact) return encodeRecord(record)
  const { offsetDelta = 0, timestampDelta = 0, key, value } = record
  const body = new Encoder()
    .writeInt8(0)
    .writeVarLong(timestampDelta)
    .writeVarInt(offsetDelta)
    .writeVarIntBytes(key)
    .writeVarIntBytes(value)
    .writeVarInt(exact.length)
  for (const [name, content] of exact) body.writeVarIntBytes(name).writeVarIntBytes(content)
  return new Encoder().writeVarInt(body.buffer.length).writeEncoder(body)
}
