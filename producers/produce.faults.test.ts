import type { KafkaMessage } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { OrderCheck } from '../demo/order-check.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { stableOffsets } from '../kafka/clients/offsets.ts'
import { Reader } from '../kafka/clients/topic-follower.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { runtimeOfTest } from '../local/test-own-runtime.ts'
import { produceGame } from './game-producer.ts'
import { produceTransactions } from './transaction-producer.ts'

const runtime = runtimeOfTest()

async function readAll(
  profile: Profile,
  name: string,
  onMessage: (message: KafkaMessage) => void,
): Promise<void> {
  const admin = await connectAdmin(profile, 'test')
  const to = await stableOffsets(admin, name)
  await admin.disconnect()
  const reader = await Reader.start(profile, {
    application: 'test',
    topic: name,
    from: new Map([...to.keys()].map((partition) => [partition, 0])),
    onBatch: (_, messages) => messages.forEach(onMessage),
  })
  await reader.reach(to, AbortSignal.timeout(30_000))
  await reader.close()
}

describe('producers through a kill -9 and restart of the broker', () => {
  test('no record is lost or duplicated, and each player’s order is kept', async () => {
    const COUNT = 60_000
    const TRANSACTIONS = 10_000
    const never = new AbortController().signal
    let killed: Promise<void> | undefined
    const common = { seed: 1, start: Date.now(), durationMs: Number.POSITIVE_INFINITY, signal: never }
    const game = produceGame(runtime.profile, {
      ...common,
      players: 50,
      rate: 20_000,
      count: COUNT,
      progress: ({ acknowledged }) => {
        if (acknowledged > COUNT / 4) killed ??= killAndRestart()
      },
    })
    const transactions = produceTransactions(runtime.profile, {
      ...common,
      rate: 3_000,
      count: TRANSACTIONS,
      duplicates: 0.3,
      lateDuplicates: 0.05,
      malformed: 0.01,
    })
    const [gameOutcome, transactionOutcome] = await Promise.all([game, transactions])
    await killed
    expect(gameOutcome).toMatchObject({ acknowledged: COUNT, sent: COUNT })
    expect(transactionOutcome).toMatchObject({ acknowledged: TRANSACTIONS, sent: TRANSACTIONS })
    expect(killed).toBeDefined()

    const order = new OrderCheck()
    let events = 0
    await readAll(runtime.profile, 'game-events', (message) => {
      events += 1
      order.observeMessage(message)
    })
    expect({ events, violations: order.violations, missing: order.missing }).toEqual({
      events: COUNT,
      violations: 0,
      missing: 0,
    })
    let records = 0
    await readAll(runtime.profile, 'transactions', () => {
      records += 1
    })
    expect(records).toBe(TRANSACTIONS)
  })

  async function killAndRestart(): Promise<void> {
    await runtime.kill()
    await runtime.start()
  }
})
