import { createHash } from 'node:crypto'
import type { Headers } from './record.ts'

/**
 * The size of a record's own bytes, and their SHA-256 in hexadecimal digits: key, value and headers in their order, each with
 * its length in front (4 bytes, big endian; -1 for none), so that no two different records are the same bytes.
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
