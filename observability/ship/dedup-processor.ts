import { topic } from '../../catalog/topics.ts'
import { type DeclaredProcessor, UnprocessableRecord } from '../../streams/runtime/processor.ts'
import type { Codec } from '../../streams/store/store.ts'
import { LINE_HEADER } from './log-record.ts'

const OUTPUT = topic('logs').name

/** How long a file is remembered after its last line was sent, in ms. A shipper that was away for longer may repeat lines. */
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
 * Lets each line of `logs-shipped` into `logs` once. A shipper that begins anew sends a file's lines again from where they
 * were acknowledged, in their order, and a partition takes a producer's batches in theirs: so what a partition has of a file
 * has no gaps, and what lies at or before the furthest line seen is a repetition. The store needs one offset for each file,
 * not one entry for each line. All lines of a host are in one partition, so nothing has to be keyed anew.
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
