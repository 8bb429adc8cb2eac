// Lines per second from one file into a topic, by `logs ship` and by rsyslog's omkafka in interleaved runs: from process
// start until the broker has the last line.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { topic } from '../catalog/topics.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { distance, stableOffsets } from '../kafka/clients/offsets.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyTopicChange } from '../kafka/provision/topic-admin.ts'
import { type Home, ROOT } from '../local/home.ts'
import { Service } from '../local/process/service.ts'
import { type Contestant, contest } from './contest.ts'
import { writeLog } from './log-input.ts'
import type { Measurement } from './measure.ts'
import { hasRsyslog, startRsyslog } from './peers/rsyslog.ts'

const LINES = 1_000_000
const TURNS = Number(process.env.BENCH_TURNS ?? 3)
const POLL_MS = 20
const GIVE_UP_MS = 180_000
const PEER_TOPIC = 'bench-rsyslog'

export async function benchShip(home: Home, profile: Profile): Promise<Measurement[]> {
  const file = join(home.folder, 'bench.log')
  writeLog(file, LINES, {
    start: Date.now() - 3_600_000,
    linesPerSecond: 1_000,
    hosts: 6,
    attackRatio: 0.1,
  })
  const admin = await connectAdmin(profile, 'bench')
  await applyTopicChange(admin, { kind: 'create', topic: topic('logs') })
  await applyTopicChange(admin, { kind: 'create', topic: { ...topic('logs'), name: PEER_TOPIC } })
  await admin.disconnect()
  const broker = profile.bootstrapServers.join(',')
  const contestants: Contestant<Ship>[] = [
    ['logs ship', { target: topic('logs').name, start: (folder) => startOurs(home, folder, file) }],
  ]
  if (hasRsyslog()) {
    const start = (folder: string) => startRsyslog(folder, { file, broker, topic: PEER_TOPIC })
    contestants.push(['rsyslog, imfile to omkafka', { target: PEER_TOPIC, start }])
  } else process.stderr.write('rsyslog is not installed: apt-get install rsyslog rsyslog-kafka\n')
  return contest(contestants, {
    unit: 'lines/s',
    turns: TURNS,
    // For the broker.
    warmUps: 1,
    run: ({ target, start }, turn, name) => {
      const folder = join(home.folder, `${name.split(/[ ,]/)[0]}-${turn}`)
      return arrivalRate(profile, target, () => start(folder))
    },
  })
}

/** A shipper, started with a folder of its own, and the topic that it writes to. */
interface Ship {
  readonly target: string
  readonly start: (folder: string) => Promise<Service>
}

/** @throws Error if more lines arrive than were sent, or not all of them within three minutes */
async function arrivalRate(profile: Profile, target: string, start: () => Promise<Service>): Promise<number> {
  const admin = await connectAdmin(profile, 'bench')
  const total = async () => distance(new Map(), await stableOffsets(admin, target))
  const before = await total()
  const started = performance.now()
  const service = await start()
  try {
    for (;;) {
      const arrived = (await total()) - before
      const seconds = (performance.now() - started) / 1000
      if (arrived > LINES) throw new Error(`${target} got ${arrived} of ${LINES} lines: some arrived twice`)
      if (arrived === LINES) return LINES / seconds
      if (seconds * 1000 > GIVE_UP_MS) throw new Error(`${target} got only ${arrived} of ${LINES} lines`)
      await sleep(POLL_MS)
    }
  } finally {
    await service.stop()
    await admin.disconnect()
  }
}

function startOurs(home: Home, folder: string, file: string): Promise<Service> {
  const checkpoint = join(folder, 'checkpoint.json')
  return Service.start({
    name: 'logs ship',
    command: process.execPath,
    args: [join(ROOT, 'cli', 'main.ts'), 'logs', 'ship', file, '--tz', 'UTC', '--checkpoint', checkpoint],
    cwd: ROOT,
    env: { PLAYSTREAM_HOME: home.folder },
    logFile: join(home.logs, 'ship.log'),
  })
}
