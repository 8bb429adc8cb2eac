import { isDeadLetters } from '../../../catalog/processors.ts'
import type { Topic } from '../../../catalog/topic.ts'
import { topics } from '../../../catalog/topics.ts'
import type { FollowKind } from '../protocol.ts'

/** Where to look for something in one topic: by key in one partition, or by a filter in all of them. */
export interface FollowScan {
  readonly topic: string
  readonly key?: string
  readonly filter?: string
  readonly contains?: string
}

/** The topics that can hold something about the id, and how to find it there, in the order in which records flow. */
export function followPlan(kind: FollowKind, id: string): FollowScan[] {
  return topics.flatMap((topic): FollowScan[] => {
    const filter = filterOf(kind, topic, JSON.stringify(id))
    if (isKeyedBy(kind, topic)) return [{ topic: topic.name, key: id }]
    if (filter === undefined) return []
    // An id of other characters may be written in several ways, for example with escapes.
    return [{ topic: topic.name, filter, ...(PLAIN.test(id) ? { contains: id } : {}) }]
  })
}

const PLAIN = /^[\w.:-]+$/

const KEYS: Readonly<Record<FollowKind, string>> = {
  transaction: 'id',
  player: 'player_id',
  address: 'remote address or host',
}

function isKeyedBy(kind: FollowKind, { key, keyWindow }: Topic): boolean {
  return key === KEYS[kind] && keyWindow === undefined
}

/** A filter that finds the id in the topic's values; undefined for a topic that cannot hold it. */
function filterOf(kind: FollowKind, { name, value }: Topic, id: string): string | undefined {
  const isTransactions = 'subject' in value && value.subject === 'transactions-value'
  const isOf = (input: string) => name === input || (isDeadLetters(name) && name.startsWith(input))
  switch (kind) {
    case 'transaction':
      return isTransactions || isOf('transactions') ? `id = ${id}` : undefined
    case 'player':
      if (isTransactions || isOf('transactions')) return `user_id = ${id}`
      return isOf('game-events') ? `player_id = ${id}` : undefined
    case 'address':
      if (name === 'ssh-attacks') return `addresses.* = ${id}`
      return isOf('logs') ? `message ~ ${id}` : undefined
  }
}
