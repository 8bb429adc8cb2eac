import type { Type } from 'avsc'
import { HEADER_BYTES, writeHeader } from './wire-format.ts'

const SLAB_BYTES = 256 * 1024

/**
 * Encodes values of one schema in Confluent's wire format. Values are packed into slabs, so that a record costs a view
 * instead of an allocation and a copy. A slab lives as long as any of its values.
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

  /** @throws avsc's Error if the value does not match the schema */
  encode(value: T): Buffer {
    const start = this.#used
    const end = this.#type.encode(value, this.#slab, start + HEADER_BYTES)
    // A negative result of avsc is the number of missing bytes; the rest of the slab is then abandoned.
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
