import type { LagSnapshot } from '../lag/lag.ts'

interface Committed {
  readonly topic: string
  readonly members: number
  readonly committed: number
}

/** A look at a cluster with topics of one partition, and groups that read one topic each. */
export function testSnapshot(
  at: number,
  topics: Readonly<Record<string, number>>,
  groups: Readonly<Record<string, Committed>>,
): LagSnapshot {
  return {
    at,
    topics: Object.entries(topics).map(([topic, stable]) => ({
      topic,
      partitions: [{ start: 0, stable, highWatermark: stable }],
      producedPerSecond: undefined,
    })),
    groups: Object.entries(groups).map(([group, { topic, members, committed }]) => {
      const end = topics[topic] ?? 0
      const lag = end - committed
      const partition = {
        topic,
        partition: 0,
        committed,
        start: 0,
        end,
        lag,
        backlogAgeMs: undefined,
        verdict: 'ok' as const,
      }
      return {
        group,
        isDeclared: true,
        state: 'Stable',
        members,
        verdict: 'ok' as const,
        lag,
        backlogAgeMs: undefined,
        eventAgeMs: undefined,
        consumedPerSecond: undefined,
        producedPerSecond: undefined,
        catchUpMs: undefined,
        partitions: [partition],
      }
    }),
  }
}
