// Records per second of the exactly-once de-duplication and of Kafka Streams doing the same job: interleaved runs, each
// in its own process, on the same input and the same number of partitions.
import { join } from 'node:path'
import type { Profile } from '../kafka/profile/profile.ts'
import { STREAM_CLIENTS, type StreamClient } from '../kafka/stream/stream-client.ts'
import { type Home, ROOT } from '../local/home.ts'
import { Service } from '../local/process/service.ts'
import { type Contestant, contest } from './contest.ts'
import { fillKeyedInput, type KeyedInput, makeTopics, PARTITIONS } from './keyed-input.ts'
import type { Measurement } from './measure.ts'
import { startKafkaStreams } from './peers/kafka-streams.ts'
import { benchRestore } from './restore.ts'
import { countCommitted, drainRate } from './throughput.ts'
import { benchWholePath } from './whole-path.ts'

const RECORDS = 1_450_000
const TURNS = Number(process.env.BENCH_TURNS ?? 3)
const INPUT = 'bench-keyed'

interface Run {
  readonly home: Home
  readonly profile: Profile
  /** Consumer group, and prefix of the topics. */
  readonly name: string
}

/** Starts a contestant, which runs until it is stopped. */
type Start = (run: Run) => Promise<Service>

/** Measures the stage alone for each client and the peer, then the whole path and a restore. */
export async function benchDedup(home: Home, profile: Profile): Promise<Measurement[]> {
  const input = await fillKeyedInput(profile, INPUT, RECORDS)
  const contestants: Contestant<Start>[] = [
    ...STREAM_CLIENTS.map(
      (client): Contestant<Start> => [`dedup, ${client}`, (run) => startOurs(client, run)],
    ),
    ['dedup, Kafka Streams', startPeer],
  ]
  const rates = await contest(contestants, {
    unit: 'records/s',
    turns: TURNS,
    warmUps: 0,
    run: (start, turn, name) => runOnce(start, { home, profile, name: nameOf(turn, name) }, input),
  })
  const last = nameOf(TURNS, 'dedup, platformatic')
  return [
    ...rates,
    await benchWholePath(home, profile, 'platformatic'),
    await benchWholePath(home, profile, 'kafkajs'),
    ...(await benchRestore(profile, `${last}-changelog`, PARTITIONS)),
  ]
}

/** Consumer group of a contestant in one turn, and prefix of its topics. */
function nameOf(turn: number, contestant: string): string {
  return `bench-${turn}-${contestant.replace(/\W+/g, '-')}`
}

/** @throws Error if the outputs do not hold exactly as many unique and duplicate records as the input */
async function runOnce(start: Start, run: Run, input: KeyedInput): Promise<number> {
  const { profile, name } = run
  const outputs = [`${name}-transactions-unique`, `${name}-transactions-duplicates`] as const
  await makeTopics(profile, [...outputs, `${name}-changelog`])
  const service = await start(run)
  const crashed = service.ended.then((how) => {
    throw new Error(`${name} ended by itself (${how}); see ${service.logFile}`)
  })
  crashed.catch(() => undefined)
  try {
    const rate = await Promise.race([
      drainRate(profile, { group: name, topic: INPUT, total: RECORDS }),
      crashed,
    ])
    await requireCount(profile, outputs[0], input.unique)
    await requireCount(profile, outputs[1], input.duplicates)
    return rate
  } finally {
    await service.stop()
  }
}

async function requireCount(profile: Profile, topic: string, expected: number): Promise<void> {
  const count = await countCommitted(profile, topic)
  if (count !== expected) throw new Error(`${topic} holds ${count} records, and should hold ${expected}`)
}

function startOurs(client: StreamClient, { home, profile, name }: Run): Promise<Service> {
  return Service.start({
    name,
    command: process.execPath,
    args: [
      join(ROOT, 'bench', 'dedup-contestant.ts'),
      profile.bootstrapServers.join(','),
      client,
      INPUT,
      name,
    ],
    cwd: ROOT,
    logFile: join(home.logs, `${name}.log`),
  })
}

function startPeer({ home, profile, name }: Run): Promise<Service> {
  return startKafkaStreams(home, profile, {
    applicationId: name,
    input: INPUT,
    output: `${name}-transactions-unique`,
    duplicates: `${name}-transactions-duplicates`,
  })
}
