import type { KafkaMessage } from 'kafkajs'
import type { AttackReport } from '../../observability/ssh/attacks/attack-report.ts'
import type { SshEvent } from '../../observability/ssh/sessions/event.ts'
import type { RetentionMode } from '../../streams/processors/dedup.ts'
import { toldTime } from './answers/append-time.ts'
import type { Row } from './answers/row.ts'
import type { Conformance } from './conformance.ts'
import { WRONG_CLOCKS } from './input/transaction-input.ts'

/** Where the Node processors write, how it is read, and what they promise. */
export const NODE: Conformance<RetentionMode> = {
  design: (memory) => ({
    memory,
    keepsTime: true,
    faults: ['NO_VALUE', 'NOT_JSON', 'NO_ID'],
    counts: false,
    attacks: true,
    wrongClocks: WRONG_CLOCKS,
    unreadableEvents: true,
  }),
  identified: ['transactions-by-id'],
  outputs: [
    {
      name: 'unique',
      topic: 'transactions-unique',
      kind: 'records',
      row: ({ key, value, timestamp }, now) => ({
        key: String(key),
        fields: { text: String(value), timestamp: toldTime(Number(timestamp), now) },
      }),
    },
    {
      name: 'duplicates',
      topic: 'transactions-duplicates',
      kind: 'records',
      row: (message, now) => {
        const { source, firstSeenAt, seenAgainAt, ...fields } = jsonRow(message).fields ?? {}
        const times = {
          firstSeenAt: toldTime(Number(firstSeenAt), now),
          seenAgainAt: toldTime(Number(seenAgainAt), now),
        }
        return { key: String(message.key), fields: { ...fields, ...times } }
      },
    },
    {
      name: 'malformed',
      topic: 'transactions-dlq',
      kind: 'records',
      row: ({ value, headers }) => ({
        key: String(headers?.['dead-letter-error']),
        fields: { text: value === null ? null : String(value) },
      }),
    },
    { name: 'playerState', topic: 'player-state', kind: 'turns', row: jsonRow },
    { name: 'failures', topic: 'ssh-events', kind: 'records', row: failure },
    { name: 'attacks', topic: 'ssh-attacks', kind: 'records', row: attack },
  ],
}

function jsonRow({ key, value }: KafkaMessage): Row {
  return { key: String(key), fields: JSON.parse(String(value)) }
}

function failure({ value }: KafkaMessage): Row | undefined {
  const { outcome, host, pid, kind, user, remoteAddress } = JSON.parse(String(value)) as SshEvent
  if (outcome !== 'failure') return undefined
  return {
    key: `${host} ${pid}`,
    fields: { host, pid, kind, user: user ?? null, address: remoteAddress ?? null },
  }
}

function attack({ value }: KafkaMessage): Row | undefined {
  const { scope, state, addresses, attempts } = JSON.parse(String(value)) as AttackReport
  const isOne = scope === 'address' && state === 'open'
  return isOne ? { key: String(addresses[0]), fields: { attempts } } : undefined
}
