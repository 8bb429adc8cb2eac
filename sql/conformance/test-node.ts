import type { KafkaMessage } from 'kafkajs'
import type { AttackReport } from '../../observability/ssh/attacks/attack-report.ts'
import type { SshEvent } from '../../observability/ssh/sessions/event.ts'
import type { RetentionMode } from '../../streams/processors/dedup.ts'
import type { Row } from './answers/row.ts'
import type { Conformance } from './conformance.ts'
import { dedupOutputs } from './dedup-outputs.ts'
import { WRONG_CLOCKS } from './input/wrong-clock.ts'
import { jsonRow } from './json-columns.ts'

/** The Node processors' outputs, how they are read, and what they promise. */
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
    ...dedupOutputs({
      unique: 'transactions-unique',
      duplicates: 'transactions-duplicates',
      malformed: 'transactions-dlq',
    }),
    { name: 'playerState', topic: 'player-state', kind: 'turns', row: jsonRow },
    { name: 'failures', topic: 'ssh-events', kind: 'records', row: failure },
    { name: 'attacks', topic: 'ssh-attacks', kind: 'records', row: attack },
  ],
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
