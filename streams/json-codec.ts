import type { Codec } from './store.ts'

/** Writes a store's values as JSON text: for values that are plain data and need not be small. */
export function jsonCodec<V>(): Codec<V> {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString()) as V,
  }
}
