import type { GroupLag, LagSnapshot, TopicRate } from '../../lag/lag.ts'
import type { ClusterState, Counts, GroupState, TopicState } from '../protocol.ts'

/** The last snapshot as the page gets it, with what went wrong since. */
export function clusterState(
  { at, groups, topics }: LagSnapshot,
  counts: Counts,
  error: string | null,
): ClusterState {
  return { at, error, groups: groups.map(groupState), topics: topics.map(topicState), counts }
}

function groupState(group: GroupLag): GroupState {
  return {
    group: group.group,
    isDeclared: group.isDeclared,
    hasCommitted: group.partitions.some(({ committed }) => committed !== undefined),
    verdict: group.verdict,
    members: group.members,
    lag: group.lag,
    backlogAgeSeconds: seconds(group.backlogAgeMs),
    eventAgeSeconds: seconds(group.eventAgeMs),
    catchUpSeconds: seconds(group.catchUpMs),
    consumedPerSecond: group.consumedPerSecond ?? null,
    producedPerSecond: group.producedPerSecond ?? null,
    topics: [...new Set(group.partitions.map(({ topic }) => topic))],
  }
}

function topicState({ topic, partitions, producedPerSecond }: TopicRate): TopicState {
  return {
    topic,
    partitions: partitions.length,
    offsets: partitions.reduce((sum, { start, stable }) => sum + stable - start, 0),
    producedPerSecond: producedPerSecond ?? null,
  }
}

function seconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : milliseconds / 1000
}
