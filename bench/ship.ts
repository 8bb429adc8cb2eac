// Lines per second from one file into a topic, by `logs ship` and by rsyslog's omkafka in interleaved runs: from process
// start until the broker has the last line.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { topic } from '../catalog/topics.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { endOffsets } from '../kafka/clients/offsets.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyTopicChange } from '../kafka/provision/topic-admin.ts'
import { type Home, ROOT } from '../local/home.ts'
import { Service } from '../local/process/service.ts'
import { HostLogs } from '../producers/host-logs.ts'
import { lineWriter } from '../producers/log-format.ts'
import { type Measurement, measurementOf } from './measure.ts'
import { hasRsyslog, startRsyslog } from './peers/rsyslog.ts'

const LINES = 1_000_000
const TURNS = Number(process.env.BENCH_TURNS ?? 3)
const POLL_MS = 20
const GIVE_UP_MS = 180_000
const PEER_TOPIC = 'bench-rsyslog'

export async function benchShip(home: Home, profile: Profile): Promise<Measurement[]> {
  const file = join(home.folder, 'bench.log')
  writeLog(file)
  const admin = await connectAdmin(profile, 'bench')
  await applyTopicChange(admin, { kind: 'create', topic: topic('logs') })
  await applyTopicChange(admin, { kind: 'create', topic: { ...topic('logs'), name: PEER_TOPIC } })
  await admin.disconnect()
  const broker = profile.bootstrapServers.join(',')
  const contestants: [name: string, topic: string, start: (folder: string) => Promise<Service>][] = [
    ['logs ship', topic('logs').name, (folder) => startOurs(home, folder, file)],
  ]
  if (hasRsyslog()) {
    contestants.push([
      'rsyslog, imfile to omkafka',
      PEER_TOPIC,
      (folder) => startRsyslog(folder, { file, broker, topic: PEER_TOPIC }),
    ])
  } else process.stderr.write('rsyslog is not here to compare with: apt-get install rsyslog rsyslog-kafka\n')
  const rates = new Map(contestants.map(([name]) => [name, [] as number[]]))
  for (let turn = 0; turn <= TURNS; turn += 1) {
    for (const [name, target, start] of contestants) {
      const folder = join(home.folder, `${name.split(/[ ,]/)[0]}-${turn}`)
      const rate = await arrivalRate(profile, target, () => start(folder))
      process.stderr.write(`${name}: ${Math.round(rate).toLocaleString('en-US')} lines/s\n`)
      // The first turn warms up the broker.
      if (turn > 0) rates.get(name)?.push(rate)
    }
  }
  return [...rates].map(([name, all]) => measurementOf(name, 'lines/s', all))
}

/** @throws Error if more lines arrive than were sent, or not all of them within three minutes */
async function arrivalRate(profile: Profile, target: string, start: () => Promise<Service>): Promise<number> {
  const admin = await connectAdmin(profile, 'bench')
  const total = async () => [...(await endOffsets(admin, target)).values()].reduce((sum, end) => sum + end, 0)
  const before = await total()
  const started = performance.now()
  const service = await start()
  try {
    for (;;) {
      const arrived = (await total()) - before
      const seconds = (performance.now() - started) / 1000
      if (arrived > LINES) throw new Error(`${target} got ${arrived} of ${LINES} lines: some came twice`)
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

function writeLog(file: string): void {
  const start = Date.now() - 3_600_000
  const logs = new HostLogs({ seed: 1, start, linesPerSecond: 1_000, hosts: 6, attackRatio: 0.1 })
  const write = lineWriter('rfc3164')
  const descriptor = openSync(file, 'w')
  for (let line = 0; line < LINES; line += 1) writeSync(descriptor, `${write(logs.next())}\n`)
  closeSync(descriptor)
}
