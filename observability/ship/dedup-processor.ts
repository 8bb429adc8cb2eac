import { topic } from '../../catalog/topics.ts'
import { type DeclaredProcessor, UnprocessableRecord } from '../../streams/runtime/processor.ts'
import type { Codec } from '../../streams/store/store.ts'
import { LINE_HEADER } from './log-record.ts'

const OUTPUT = topic('logs').name

/** How long a file is remembered after its last line was sent, in ms. A shipper that was down for longer may repeat lines. */
export const FILE_MEMORY_MS = 30 * 24 * 60 * 60 * 1000

const OFFSET: Codec<number> = {
  encode(offset) {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeDoubleBE(offset)
    return bytes
  },
  decode: (bytes) => bytes.readDoubleBE(),
}

/**
 * Forwards each line of `logs-shipped` to `logs` once. A restarted shipper sends a file's lines again from an acknowledged
 * offset, in order, and a partition keeps the order of a producer's batches. So a partition has no gaps before the furthest
 * line of a file, and every line at or before it is a duplicate. The store holds one offset for each file, not an entry for
 * each line. All lines of a host are in one partition, so they need no rekeying.
 */
export const logsDedup: DeclaredProcessor<number> = {
  name: 'logs-dedup',
  codec: OFFSET,
  process({ key, value, headers, timestamp }, { store, streamTime, forward }) {
    const identity = textOf(headers, LINE_HEADER)
    const { file, offset } = identityOf(identity)
    const furthest = store.get(file)
    if (furthest !== undefined && offset <= furthest) return
    store.put(file, offset, streamTime + FILE_MEMORY_MS)
    forward(OUTPUT, { key, value, headers, timestamp })
  },
}

function identityOf(identity: string | undefined): { file: Buffer; offset: number } {
  const colon = identity?.lastIndexOf(':') ?? -1
  const offset = colon > 0 ? Number(identity?.slice(colon + 1)) : Number.NaN
  if (identity === undefined || !Number.isSafeInteger(offset))
    throw new UnprocessableRecord(
      'NO_ID',
      `the record has no header ${LINE_HEADER} with a file and an offset`,
    )
  return { file: Buffer.from(identity.slice(0, colon)), offset }
}

function textOf(headers: readonly (readonly [Buffer, Buffer | null])[], name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toString() === name)?.[1]?.toString()
}
