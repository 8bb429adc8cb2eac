import type { Codec } from './store.ts'

/** Encodes a store's values as JSON, for plain data whose size does not matter. */
export function jsonCodec<V>(): Codec<V> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString()) as V,
  }
}
