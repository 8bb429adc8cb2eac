import ms from 'ms'
import type { GroupLag, LagSnapshot } from '../../observability/lag/lag.ts'
import { grouped, table } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'

const HEADING = [
  'group',
  'verdict',
  'members',
  'lag',
  'backlog age',
  'event age',
  'in/s',
  'out/s',
  'caught up in',
] as const

/** A row for each group. What is not known is shown as `?`. */
export function lagTable({ groups }: LagSnapshot): string {
  return table([HEADING, ...groups.map(row)])
}

function row(group: GroupLag): (string | number)[] {
  return [
    printable(group.group),
    group.verdict,
    group.members,
    group.lag,
    age(group.backlogAgeMs),
    age(group.eventAgeMs),
    rate(group.producedPerSecond),
    rate(group.consumedPerSecond),
    group.lag === 0 ? '-' : age(group.catchUpMs),
  ]
}

function age(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '?' : ms(Math.round(milliseconds))
}

function rate(perSecond: number | undefined): string {
  return perSecond === undefined ? '?' : grouped(perSecond)
}

/** The snapshot for machines: seconds as Prometheus has them, `null` for what is not known. */
export function lagJson({ at, groups }: LagSnapshot) {
  return {
    at: new Date(at).toISOString(),
    groups: groups.map((group) => ({
      group: group.group,
      declared: group.isDeclared,
      state: group.state,
      verdict: group.verdict,
      members: group.members,
      lag: group.lag,
      backlogAgeSeconds: seconds(group.backlogAgeMs),
      eventAgeSeconds: seconds(group.eventAgeMs),
      producedPerSecond: group.producedPerSecond ?? null,
      consumedPerSecond: group.consumedPerSecond ?? null,
      catchUpSeconds: seconds(group.catchUpMs),
      partitions: group.partitions.map((partition) => ({
        topic: partition.topic,
        partition: partition.partition,
        committed: partition.committed ?? null,
        end: partition.end,
        lag: partition.lag,
        backlogAgeSeconds: seconds(partition.backlogAgeMs),
        verdict: partition.verdict,
      })),
    })),
  }
}

function seconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : milliseconds / 1000
}
