import type { Codec } from '../../streams/store.ts'

/** Plain data as JSON. */
export function jsonCodec<V>(): Codec<V> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString()) as V,
  }
}
