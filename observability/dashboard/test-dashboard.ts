import type { IHeaders, Message } from 'kafkajs'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { applyCatalog } from '../../kafka/provision/apply-catalog.ts'
import { produceGame } from '../../producers/game-producer.ts'
import { type Dashboard, startDashboard } from './dashboard.ts'

/** What strangers may write into keys, headers, values and user names. */
export const HOSTILE = '<script>alert(1)</script>\u202e\u0000<img src=x onerror=alert(2)>'
/** What a viewer must read in its place. */
export const HOSTILE_SHOWN = '<script>alert(1)</script>\\u202e\\0<img src=x onerror=alert(2)>'
/** How many bytes the value of the largest record has at least. */
export const LARGE_BYTES = 900_000

export const ADDRESS = '203.0.113.9'

/** What `produceTraffic` adds to the counts of the dashboard. */
export const TRAFFIC = {
  gameEvents: 60,
  transactions: 5,
  unique: 3,
  duplicates: 3,
  malformed: 2,
  logLines: 4,
  deadLetters: 2,
} as const

export const PLAYERS = 3
/** Attacks that are reported, and those of them that are not over. */
export const ATTACKS = { reported: 3, open: 2 } as const

/** Serves the dashboard on loopback, on any free port unless another is given. */
export function serve(profile: Profile, port = 0): Promise<Dashboard> {
  return startDashboard(profile, { host: '127.0.0.1', port, warn: () => undefined })
}

export async function applyTestCatalog(profile: Profile): Promise<void> {
  const admin = await connectAdmin(profile, 'test')
  await applyCatalog(admin, profile).finally(() => admin.disconnect())
}

/** Writes a few records to each topic that the page shows, hostile ones among them. */
export async function produceTraffic(profile: Profile): Promise<void> {
  const producer = createClient(profile, { clientId: 'test' }).producer({
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  try {
    const topicMessages = Object.entries(records()).map(([topic, messages]) => ({ topic, messages }))
    await producer.sendBatch({ topicMessages })
  } finally {
    await producer.disconnect()
  }
  await produceGame(profile, {
    seed: 1,
    start: Date.now(),
    players: PLAYERS,
    rate: Number.POSITIVE_INFINITY,
    count: TRAFFIC.gameEvents,
    durationMs: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
  })
}

function records(): Readonly<Record<string, Message[]>> {
  const transactions = ['t-1', 't-2', HOSTILE, 't-1'].map((id) => transaction(id))
  return {
    transactions: [...transactions, transaction('t-large', 'x'.repeat(LARGE_BYTES))],
    'transactions-unique': ['t-1', 't-2', HOSTILE].map((id) => transaction(id)),
    'transactions-duplicates': [duplicate('t-1', 3), duplicate(HOSTILE, 4), duplicate('t-odd', 5, null)],
    'transactions-dlq': [deadLetter('MISSING_ID', 'the id is missing'), deadLetter(HOSTILE, HOSTILE)],
    'player-state': [player('player-1', 100), player('player-2', 40), player(HOSTILE, 7)],
    'ssh-attacks': [
      attack('a-1', 'open', [ADDRESS], ['root', HOSTILE]),
      attack(HOSTILE, 'open', [HOSTILE], [HOSTILE]),
      // What a detector of ours would never write.
      { ...attack('a-odd', 'closed', [], [7 as unknown as string]) },
    ],
    logs: ['root', HOSTILE, 'admin', 'guest'].map((user) => ({
      key: 'host-1',
      value: JSON.stringify({
        host: 'host-1',
        app: 'sshd',
        message: `Failed password for invalid user ${user} from ${ADDRESS} port 4711 ssh2`,
      }),
    })),
  }
}

function transaction(id: string, note = HOSTILE): Message {
  const value = { id, user_id: 'player-1', amount: 5, note }
  return { key: HOSTILE, value: JSON.stringify(value), headers: { [HOSTILE]: HOSTILE } }
}

function duplicate(id: string, offset: number, topic: string | null = 'transactions'): Message {
  const now = Date.now()
  const source = { topic, partition: 0, offset }
  return { key: id, value: JSON.stringify({ id, firstSeenAt: now - 5_000, seenAgainAt: now, source }) }
}

function deadLetter(error: string, message: string): Message {
  const origin = { topic: HOSTILE, partition: '0', offset: '7' }
  const headers: IHeaders = Object.fromEntries(
    Object.entries({ ...origin, processor: HOSTILE, error, message }).map(([name, text]) => [
      `dead-letter-${name}`,
      text,
    ]),
  )
  return { key: HOSTILE, value: HOSTILE, headers }
}

function player(id: string, health: number): Message {
  const now = Date.now()
  const state = { player_id: id, x: 500, y: 250, health, health_at: now, position_at: now }
  return { key: id, value: JSON.stringify(state) }
}

function attack(
  id: string,
  state: 'open' | 'closed',
  addresses: readonly string[],
  users: readonly string[],
): Message {
  const now = Date.now()
  const first = id === HOSTILE ? HOSTILE : new Date(now - 30_000).toISOString()
  const report = { id, scope: 'address', state, kind: HOSTILE, severity: 'critical', attempts: 12 }
  const lists = { users, hosts: ['host-1', HOSTILE], addresses }
  return { key: id, value: JSON.stringify({ ...report, ...lists, first, last: new Date(now).toISOString() }) }
}
