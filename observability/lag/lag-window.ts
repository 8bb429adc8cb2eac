import { performance } from 'node:perf_hooks'
import type { ClusterOffsets, GroupState, PartitionEnds } from '../../kafka/clients/cluster-offsets.ts'
import type { GroupLag, LagSnapshot, PartitionLag, TopicRate } from './lag.ts'
import { OffsetHistory } from './offset-history.ts'
import { type Observation, type Verdict, verdictOf, worst } from './verdict.ts'

/** A group of the catalog, and the topics that it reads. */
export interface DeclaredGroup {
  readonly group: string
  readonly topics: readonly string[]
}

/** How far back a verdict looks, in ms. Longer than a rebalance takes, shorter than an operator's patience. */
export const WINDOW_MS = 20_000

interface EndObservation {
  readonly at: number
  readonly end: number
}

/** The latest observations of a cluster's offsets, and what they tell: lag, ages, rates and verdicts. Knows no Kafka. */
export class LagWindow {
  readonly #declared: readonly DeclaredGroup[]
  readonly #histories = new Map<string, OffsetHistory>()
  readonly #ends = new Map<string, EndObservation[]>()
  readonly #observations = new Map<string, Observation[]>()

  constructor(declared: readonly DeclaredGroup[]) {
    this.#declared = declared
  }

  /**
   * Takes in what a cluster said, and judges it.
   * @param at the wall clock when it was asked, in ms since the epoch
   * @param tick a clock that never jumps, in ms: rates and verdicts go by it
   */
  observe(offsets: ClusterOffsets, at: number, tick = performance.now()): LagSnapshot {
    for (const [topic, partitions] of offsets.topics) {
      for (const [partition, { stable }] of partitions.entries()) {
        const place = placeOf(topic, partition)
        getOrAdd(this.#histories, place, () => new OffsetHistory()).add(at, stable)
        keep(
          getOrAdd(this.#ends, place, () => []),
          { at: tick, end: stable },
          tick,
        )
      }
    }
    this.#forgetDeleted(offsets)
    const declared = new Map(this.#declared.map((one) => [one.group, one.topics]))
    const names = [...new Set([...declared.keys(), ...offsets.groups.keys()])]
    return {
      at,
      groups: names.map((group) => this.#group(group, declared.get(group), offsets, at, tick)),
      topics: [...offsets.topics].map(([topic, partitions]) => this.#topic(topic, partitions)),
    }
  }

  #group(
    group: string,
    topics: readonly string[] | undefined,
    offsets: ClusterOffsets,
    at: number,
    tick: number,
  ): GroupLag {
    const state: GroupState = offsets.groups.get(group) ?? { state: 'Dead', members: 0, committed: new Map() }
    const read = [...new Set([...(topics ?? []), ...state.committed.keys()])]
    const partitions = read.flatMap((topic) =>
      (offsets.topics.get(topic) ?? []).flatMap((ends, partition) => {
        const committed = state.committed.get(topic)?.get(partition)
        // A foreign group may have been given some partitions only, or begin at the end.
        if (committed === undefined && topics === undefined) return []
        return [this.#partition(group, state.members, { topic, partition }, committed, ends, at, tick)]
      }),
    )
    const behind = partitions.filter(({ lag }) => lag > 0)
    return {
      group,
      isDeclared: topics !== undefined,
      state: state.state,
      members: state.members,
      verdict: this.#verdict(partitions, state.members),
      lag: behind.reduce((sum, { lag }) => sum + lag, 0),
      backlogAgeMs: behind.some(({ backlogAgeMs }) => backlogAgeMs === undefined)
        ? undefined
        : Math.max(0, ...behind.map(({ backlogAgeMs }) => backlogAgeMs as number)),
      consumedPerSecond: sumOf(partitions.map((one) => this.#consumed(group, one))),
      producedPerSecond: sumOf(partitions.map((one) => this.#produced(one))),
      eventAgeMs: undefined,
      catchUpMs: this.#catchUp(group, behind),
      partitions,
    }
  }

  /** A group without members is stopped as a whole; otherwise its worst partition decides. */
  #verdict(partitions: readonly PartitionLag[], members: number): Verdict {
    if (members > 0) return worst(partitions.map(({ verdict }) => verdict))
    const moving = partitions.filter(({ verdict }) => verdict !== 'stopped')
    return moving.length > 0 ? worst(moving.map(({ verdict }) => verdict)) : 'stopped'
  }

  #partition(
    group: string,
    members: number,
    { topic, partition }: { readonly topic: string; readonly partition: number },
    committed: number | undefined,
    { start, stable }: PartitionEnds,
    at: number,
    tick: number,
  ): PartitionLag {
    // Records that retention has deleted are no longer lag.
    const from = Math.max(committed ?? start, start)
    const lag = Math.max(0, stable - from)
    const window = getOrAdd(this.#observations, `${group} ${placeOf(topic, partition)}`, () => [])
    keep(window, { at: tick, committed, lag }, tick)
    const appendedAt = this.#histories.get(placeOf(topic, partition))?.appendedAt(from)
    return {
      topic,
      partition,
      committed,
      start,
      end: stable,
      lag,
      backlogAgeMs: lag === 0 ? 0 : appendedAt === undefined ? undefined : Math.max(0, at - appendedAt),
      verdict: verdictOf(window, members, isFull(window)),
    }
  }

  #consumed(group: string, { topic, partition }: PartitionLag): number | undefined {
    const window = this.#observations.get(`${group} ${placeOf(topic, partition)}`) ?? []
    // Before the first commit there is nothing to measure from.
    return rate(
      window.filter(({ committed }) => committed !== undefined),
      ({ committed }) => committed as number,
    )
  }

  #produced({
    topic,
    partition,
  }: {
    readonly topic: string
    readonly partition: number
  }): number | undefined {
    return rate(this.#ends.get(placeOf(topic, partition)) ?? [], ({ end }) => end)
  }

  #catchUp(group: string, behind: readonly PartitionLag[]): number | undefined {
    const times = behind.map((partition) => {
      const gain = (this.#consumed(group, partition) ?? 0) - (this.#produced(partition) ?? 0)
      return gain > 0 ? (partition.lag / gain) * 1000 : undefined
    })
    return times.includes(undefined) ? undefined : Math.max(0, ...(times as number[]))
  }

  #topic(topic: string, partitions: readonly PartitionEnds[]): TopicRate {
    const producedPerSecond = sumOf(partitions.map((_, partition) => this.#produced({ topic, partition })))
    return { topic, partitions, producedPerSecond }
  }

  /** Drops what was kept of topics and groups that no longer exist. */
  #forgetDeleted({ topics, groups }: ClusterOffsets): void {
    for (const kept of [this.#histories, this.#ends]) {
      for (const place of kept.keys()) if (!topics.has(topicOf(place))) kept.delete(place)
    }
    for (const key of this.#observations.keys()) {
      // A group's name may hold spaces, a topic's may not.
      const group = key.slice(0, key.lastIndexOf(' '))
      const place = key.slice(key.lastIndexOf(' ') + 1)
      const isKnown = groups.has(group) || this.#declared.some((one) => one.group === group)
      if (!isKnown || !topics.has(topicOf(place))) this.#observations.delete(key)
    }
  }
}

function placeOf(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

function topicOf(place: string): string {
  return place.slice(0, place.lastIndexOf('/'))
}

function isFull(window: readonly { readonly at: number }[]): boolean {
  return (window.at(-1)?.at ?? 0) - (window[0]?.at ?? 0) >= WINDOW_MS
}

/** Adds an observation; of those older than the window only the latest stays, so that a full window spans all of it. */
function keep<T extends { readonly at: number }>(window: T[], observation: T, now: number): void {
  window.push(observation)
  while (window.length > 2 && (window[1] as T).at <= now - WINDOW_MS) window.shift()
}

/** The growth per second over a window; never negative. */
function rate<T extends { readonly at: number }>(
  window: readonly T[],
  value: (one: T) => number,
): number | undefined {
  const first = window[0]
  const last = window.at(-1)
  if (!first || !last || last.at <= first.at) return undefined
  return Math.max(0, ((value(last) - value(first)) / (last.at - first.at)) * 1000)
}

/** The sum of what is known; undefined if nothing is. */
function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0)
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}
