// Transactions per second through the whole path: re-keyed by id, then de-duplicated, in one `playstream dedup run`.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { type ProcessorName, processorNamed } from '../catalog/processors.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { distance, stableOffsets } from '../kafka/clients/offsets.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyCatalog } from '../kafka/provision/apply-catalog.ts'
import type { StreamClient } from '../kafka/stream/stream-client.ts'
import { type Home, ROOT } from '../local/home.ts'
import { Service } from '../local/process/service.ts'
import { produceTransactions } from '../producers/transaction-producer.ts'
import { type Measurement, measurementOf } from './measure.ts'
import { committedRecords, WARM_UP_SHARE } from './throughput.ts'

const RECORDS = 600_000
const TURNS = 3
const POLL_MS = 50
const GIVE_UP_MS = 180_000

export async function benchWholePath(
  home: Home,
  profile: Profile,
  client: StreamClient,
): Promise<Measurement> {
  const admin = await connectAdmin(profile, 'bench')
  try {
    await applyCatalog(admin, profile)
    const rates: number[] = []
    for (let turn = 1; turn <= TURNS; turn += 1) rates.push(await runOnce(home, profile, client, admin, turn))
    return measurementOf(`re-key and dedup, ${client}`, 'records/s', rates)
  } finally {
    await admin.disconnect()
  }
}

async function runOnce(home: Home, profile: Profile, client: StreamClient, admin: Admin, seed: number) {
  const before = await committed(admin, 'transactions-rekey')
  await produceTransactions(profile, {
    seed,
    start: Date.now(),
    rate: Number.POSITIVE_INFINITY,
    count: RECORDS,
    durationMs: Number.POSITIVE_INFINITY,
    duplicates: 0.26,
    lateDuplicates: 0.05,
    malformed: 0.01,
    signal: new AbortController().signal,
  })
  const end = await written(admin, processorNamed('transactions-rekey').input)
  const service = await Service.start({
    name: 'playstream dedup run',
    command: process.execPath,
    args: [join(ROOT, 'cli', 'main.ts'), 'dedup', 'run', '--client', client],
    env: { PLAYSTREAM_HOME: home.folder },
    cwd: ROOT,
    logFile: join(home.logs, `dedup-${client}.log`),
  })
  try {
    return await rate(admin, { before, end })
  } finally {
    await service.stop()
  }
}

async function rate(admin: Admin, { before, end }: { before: number; end: number }): Promise<number> {
  const deadline = performance.now() + GIVE_UP_MS
  const { input } = processorNamed('transactions-dedup')
  let from: { readonly at: number; readonly done: number } | undefined
  for (;;) {
    const rekeyed = await committed(admin, 'transactions-rekey')
    const done = rekeyed - before
    if (done >= (end - before) * WARM_UP_SHARE) from ??= { at: performance.now(), done }
    if (from && rekeyed >= end) {
      const keyed = await written(admin, input)
      if ((await committed(admin, 'transactions-dedup')) >= keyed)
        return ((end - before - from.done) * 1000) / (performance.now() - from.at)
    }
    if (performance.now() > deadline) throw new Error(`re-keyed only ${done} of ${end - before} records`)
    await sleep(POLL_MS)
  }
}

function committed(admin: Admin, processor: ProcessorName): Promise<number> {
  const { name, input } = processorNamed(processor)
  return committedRecords(admin, name, input)
}

async function written(admin: Admin, topic: string): Promise<number> {
  return distance(new Map(), await stableOffsets(admin, topic))
}
