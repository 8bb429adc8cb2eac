import { createHash } from 'node:crypto'
import type { Headers } from './record.ts'

/**
 * The size of a record's key, value and headers in bytes, and their SHA-256 in hexadecimal digits. Each part is hashed with
 * its length in front (4 bytes, big endian; -1 for null), so that different records have different input to the hash.
 */
export function recordDigest(record: {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
}): { readonly size: number; readonly digest: string } {
  const digest = createHash('sha256')
  let size = 0
  const add = (bytes: Buffer | null) => {
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(bytes?.length ?? -1)
    digest.update(length)
    if (bytes) digest.update(bytes)
    size += bytes?.length ?? 0
  }
  add(record.key)
  add(record.value)
  for (const [name, content] of record.headers) {
    add(name)
    add(content)
  }
  return { size, digest: digest.digest('hex') }
}
