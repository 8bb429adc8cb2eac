import type { KafkaMessage } from 'kafkajs'
import type { AttackReport } from '../../observability/ssh/attack-report.ts'
import type { SshEvent } from '../../observability/ssh/event.ts'
import type { Outputs } from './output.ts'
import type { Row } from './row.ts'

/** Where the Node processors write, and how it is read. */
export const NODE_OUTPUTS: Outputs = {
  identified: 'transactions-by-id',
  outputs: [
    {
      name: 'unique',
      topic: 'transactions-unique',
      kind: 'records',
      row: ({ key, value, timestamp }) => ({
        key: String(key),
        fields: { text: String(value), timestamp: Number(timestamp) },
      }),
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
