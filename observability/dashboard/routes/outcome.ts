import { isDeadLetters } from '../../../catalog/processors.ts'
import { topic } from '../../../catalog/topics.ts'
import type { ShownRecord } from '../../browse/shown-record.ts'

const UNIQUE = topic('transactions-unique').name
const DUPLICATES = topic('transactions-duplicates').name

/** What became of a record, in words. */
export function outcomeOf({ topic: name, headers, value }: ShownRecord): string {
  if (isDeadLetters(name)) {
    const said = (header: string) => headers.findLast(([one]) => one === `dead-letter-${header}`)?.[1]
    const place = [said('topic'), said('partition'), said('offset')].join('/')
    return `dead letter because ${said('error') ?? 'of an unknown reason'}: ${said('message') ?? 'no message'}; it lay at ${place}`
  }
  if (name === DUPLICATES) return duplicateText(value)
  return OUTCOMES[name] ?? 'recorded'
}

const OUTCOMES: Readonly<Record<string, string>> = {
  [topic('transactions').name]: 'sent by a client',
  [topic('transactions-by-id').name]: 'keyed by its id',
  [UNIQUE]: 'first sight, passed',
  [topic('game-events').name]: 'happened to the player',
  [topic('player-state').name]: 'latest state of the player',
  [topic('logs').name]: 'log line',
  [topic('logs-shipped').name]: 'log line on its way',
  [topic('ssh-events').name]: 'classified as an SSH event',
  [topic('ssh-attacks').name]: 'attack reported',
}

function duplicateText(value: string | null): string {
  const copy = readCopy(value)
  if (copy === undefined) return 'suppressed as a duplicate'
  const { partition, offset } = copy.source
  const seen = new Date(copy.firstSeenAt).toISOString()
  return `suppressed as duplicate: the copy at ${copy.source.topic}/${partition}/${offset}, first seen ${seen}`
}

function readCopy(value: string | null):
  | {
      readonly firstSeenAt: number
      readonly source: { readonly topic: string; readonly partition: number; readonly offset: number }
    }
  | undefined {
  try {
    const copy = JSON.parse(value ?? '')
    const isWhole =
      Number.isFinite(new Date(copy.firstSeenAt).getTime()) && typeof copy.source?.topic === 'string'
    return isWhole ? copy : undefined
  } catch {
    return undefined
  }
}
