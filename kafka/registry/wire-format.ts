import { PayloadError } from '../errors.ts'

// Confluent's wire format (docs.confluent.io, "Wire format"): a zero byte, the schema's id as a 32-bit big-endian
// integer, then the encoded value.

const MAGIC_BYTE = 0
export const HEADER_BYTES = 5

/** Writes the five bytes that precede an encoded value. */
export function writeHeader(target: Buffer, offset: number, schemaId: number): void {
  target[offset] = MAGIC_BYTE
  target.writeInt32BE(schemaId, offset + 1)
}

/**
 * The id of a value's writer schema.
 * @throws PayloadError EMPTY or NOT_WIRE_FORMAT
 */
export function readSchemaId(value: Buffer | null): number {
  if (value === null) throw new PayloadError('EMPTY', 'the record has no value')
  if (value.length < HEADER_BYTES) {
    throw new PayloadError(
      'NOT_WIRE_FORMAT',
      `a value of ${value.length} bytes is too short for the wire format`,
    )
  }
  if (value[0] !== MAGIC_BYTE) {
    throw new PayloadError(
      'NOT_WIRE_FORMAT',
      `the value begins with byte ${value[0]}, not with the magic byte 0`,
    )
  }
  return value.readInt32BE(1)
}
