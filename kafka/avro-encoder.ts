import type { Type } from 'avsc'
import { HEADER_BYTES, writeHeader } from './wire-format.ts'

const SLAB_BYTES = 256 * 1024

/**
 * Encodes values of one schema in Confluent's wire format. Values are written one behind the other into slabs, so a
 * record costs a view, not an allocation and a copy; a slab lives as long as one of its values does.
 */
export class AvroEncoder<T> {
  readonly #type: Type
  readonly #schemaId: number
  #slab = Buffer.allocUnsafe(SLAB_BYTES)
  #used = 0

  constructor(type: Type, schemaId: number) {
    this.#type = type
    this.#schemaId = schemaId
  }

  /** @throws Error, avsc's own, where the value is not of the schema */
  encode(value: T): Buffer {
    const start = this.#used
    const end = this.#type.encode(value, this.#slab, start + HEADER_BYTES)
    // avsc returns how many bytes were missing, as a negative number, and the slab's rest is then of no use.
    if (end < 0) return this.#encodeInNewSlab(value, HEADER_BYTES - end + this.#slab.length - start)
    writeHeader(this.#slab, start, this.#schemaId)
    this.#used = end
    return this.#slab.subarray(start, end)
  }

  #encodeInNewSlab(value: T, needed: number): Buffer {
    this.#slab = Buffer.allocUnsafe(Math.max(SLAB_BYTES, needed))
    this.#used = 0
    return this.encode(value)
  }
}
