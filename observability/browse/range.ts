import type { ClusterOffsetsReader, PartitionEnds } from '../../kafka/clients/cluster-offsets.ts'
import type { Range } from './scan.ts'

/** Where to begin or end in each partition. */
export type Position =
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'offset'; readonly offset: number }
  /** The first record whose timestamp is this or later, in ms since the epoch. */
  | { readonly kind: 'time'; readonly at: number }
  /** So many offsets before the end, over all partitions together. */
  | { readonly kind: 'last'; readonly count: number }

/** A position that cannot be read, with what it should look like. */
export class PositionError extends Error {
  override readonly name = 'PositionError'
}

/**
 * Reads a position: `start`, `end`, an offset as `120`, the latest records as `-50`, or a time as `2026-01-31T12:00:00Z`.
 * @throws PositionError
 */
export function parsePosition(text: string): Position {
  if (text === 'start' || text === 'end') return { kind: text }
  const number = Number(text)
  if (/^-\d{1,9}$/.test(text)) return { kind: 'last', count: -number }
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(number)) return { kind: 'offset', offset: number }
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) {
    throw new PositionError(
      `'${text}' is no position: write start, end, an offset, -50 for the latest 50, or a time like 2026-01-31T12:00:00Z`,
    )
  }
  return { kind: 'time', at }
}

/**
 * The ranges between two positions, cut to what the topic holds.
 * @param partitions which partitions; all if undefined
 */
export async function rangesOf(
  offsets: ClusterOffsetsReader,
  topic: string,
  {
    from,
    to,
    partitions,
    uncommitted = false,
  }: {
    readonly from: Position
    readonly to: Position
    readonly partitions?: readonly number[]
    readonly uncommitted?: boolean
  },
): Promise<Map<number, Range>> {
  const ends = await offsets.endsOf(topic)
  const wanted = [...ends.entries()].filter(([partition]) => partitions?.includes(partition) ?? true)
  const endOf = ({ stable, highWatermark }: PartitionEnds) => (uncommitted ? highWatermark : stable)
  const times = new Map<number, ReadonlyMap<number, number>>()
  for (const position of [from, to]) {
    if (position.kind === 'time') times.set(position.at, await offsets.offsetsAt(topic, position.at))
  }
  const resolve = (position: Position, partition: number, bounds: PartitionEnds): number => {
    switch (position.kind) {
      case 'start':
        return bounds.start
      case 'end':
        return endOf(bounds)
      case 'offset':
        return position.offset
      case 'time':
        return times.get(position.at)?.get(partition) ?? endOf(bounds)
      case 'last':
        return endOf(bounds) - Math.ceil(position.count / Math.max(1, wanted.length))
    }
  }
  return new Map(
    wanted.map(([partition, bounds]) => {
      const clamp = (offset: number) => Math.min(Math.max(offset, bounds.start), endOf(bounds))
      return [
        partition,
        { from: clamp(resolve(from, partition, bounds)), to: clamp(resolve(to, partition, bounds)) },
      ]
    }),
  )
}
