import { createRequire } from 'node:module'
import type { IHeaders } from 'kafkajs'
import type { Headers } from '../protocol/record.ts'

/**
 * kafkajs 2.2.4 gathers headers in a plain object, by name. So a header that is called as something of Object's prototype,
 * `constructor` say, comes with that in front; a name that is no UTF-8 is another one afterwards; a header without a value
 * cannot be written; and ten thousand of them take seconds, for the object is copied for each. Here the object has no
 * prototype, and carries what lies in the topic, byte for byte and in its order.
 */
const EXACT = Symbol('exact headers')

type WithExact = IHeaders & { [EXACT]?: Headers }

/** The headers of a record that kafkajs has read. */
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

/** What else kafkajs hands over by itself comes from Object's prototype. */
function isValue(value: unknown): value is HeaderValue {
  return value == null || typeof value === 'string' || Buffer.isBuffer(value)
}

function bytes(value: HeaderValue): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : (value ?? null)
}

/**
 * Headers for a record that kafkajs is to write, as they are.
 * @param isListed whether a name that comes once has a list of one value too
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

// Nothing but a record's headers is read by it, and nothing is done with the list but to reduce it to an object.
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
  // Not enumerable: for whoever lists the headers there are only names.
  Object.defineProperty(found, EXACT, { value: exact })
  return found as IHeaders
}

const place = require.resolve('kafkajs/src/protocol/recordBatch/record/v0')
const encodeRecord = require(place) as (record: RecordFields) => Encoder
const loaded = require.cache[place]
if (!loaded)
  throw new Error('kafkajs is another one than expected: it has no record encoder that can be replaced')
// Requests are loaded when the first of their kind is made, so that they find this one.
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
