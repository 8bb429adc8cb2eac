// What the dashboard costs while many watch a busy cluster, and how old its figures are at a viewer.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyCatalog } from '../kafka/provision/apply-catalog.ts'
import type { ClusterState, PlayersState } from '../observability/dashboard/protocol.ts'
import { type Measurement, measurementOf } from './measure.ts'

const EVENTS_PER_SECOND = 20_000
const VIEWERS = 50
const WARM_UP_S = 10
const MEASURED_S = 30

/** Ages in ms, one for each event that a viewer got, and game events per second as the viewer saw them. */
interface Seen {
  readonly cluster: number[]
  /** Until the next figures replaced them. */
  readonly replaced: number[]
  readonly players: number[]
  readonly rates: number[]
}

interface Usage {
  readonly cpuMicroseconds: number
  readonly maxRssKilobytes: number
}

/** Measures a dashboard in its own process: 20,000 game events per second, their players' states, and 50 viewers. */
export async function benchDashboard(profile: Profile): Promise<Measurement[]> {
  const admin = await connectAdmin(profile, 'bench')
  await applyCatalog(admin, profile).finally(() => admin.disconnect())
  const places = [profile.bootstrapServers.join(','), profile.registry.url]
  const children: ChildProcess[] = []
  const crashed = Promise.withResolvers<never>()
  crashed.promise.catch(() => undefined)
  const start = (file: string, ...args: string[]) => {
    const child = fork(new URL(file, import.meta.url), [...places, ...args])
    children.push(child)
    child.once('exit', (code) => crashed.reject(new Error(`bench/${file} ended with code ${code}`)))
    return child
  }
  try {
    const server = start('dashboard/server.ts')
    const [{ url }] = (await Promise.race([once(server, 'message'), crashed.promise])) as [{ url: string }]
    start('dashboard/load.ts', String(EVENTS_PER_SECOND))
    const viewers = await Promise.all(Array.from({ length: VIEWERS }, () => openStream(url)))
    for (const viewer of viewers.slice(1)) viewer.resume()
    const seen: Seen = { cluster: [], replaced: [], players: [], rates: [] }
    await sleep(WARM_UP_S * 1000)
    watch(viewers[0] as IncomingMessage, seen)
    const { shares, usage } = await Promise.race([cpuShares(server), crashed.promise])
    const load = loadavg()[0] ?? 0
    process.stderr.write(`dashboard: load of the machine ${load.toFixed(1)}\n`)
    for (const viewer of viewers) viewer.destroy()
    return [
      measurementOf('dashboard, game events seen by a viewer', 'events/s', seen.rates),
      measurementOf(`dashboard, CPU with ${VIEWERS} viewers`, '% of a core', shares),
      measurementOf('dashboard, peak memory', 'MiB', [usage.maxRssKilobytes / 1024]),
      measurementOf('dashboard, age of figures on arrival', 'ms', seen.cluster),
      measurementOf('dashboard, age of figures when replaced', 'ms', seen.replaced),
      measurementOf('dashboard, from a player’s latest event to a viewer', 'ms', seen.players),
    ]
  } finally {
    for (const child of children) if (child.connected) child.disconnect()
  }
}

async function openStream(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(`${url}/api/stream`, { agent: false }), 'response')) as [IncomingMessage]
  return response
}

/** The share of a core that the process used in each second. */
async function cpuShares(
  server: ChildProcess,
): Promise<{ readonly shares: number[]; readonly usage: Usage }> {
  const shares: number[] = []
  let usage = await usageOf(server)
  let at = performance.now()
  for (let second = 0; second < MEASURED_S; second += 1) {
    await sleep(1_000)
    const next = await usageOf(server)
    const now = performance.now()
    shares.push((next.cpuMicroseconds - usage.cpuMicroseconds) / (now - at) / 10)
    usage = next
    at = now
  }
  return { shares, usage }
}

async function usageOf(server: ChildProcess): Promise<Usage> {
  server.send('usage')
  const [usage] = (await once(server, 'message')) as [Usage]
  return usage
}

/** Notes how old each event is when it comes. What came before is left out: it waited for this viewer. */
function watch(viewer: IncomingMessage, seen: Seen): void {
  const openedAt = Date.now()
  let text = ''
  let last: ClusterState | undefined
  viewer.setEncoding('utf8').on('data', (more: string) => {
    const now = Date.now()
    const events = (text + more).split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const [, name, data = ''] = event.match(/^event: (.+)\ndata: (.*)$/) ?? []
      if (name === 'cluster') {
        const state = JSON.parse(data) as ClusterState
        if (state.at < openedAt) continue
        seen.cluster.push(now - state.at)
        if (last) {
          seen.replaced.push(now - last.at)
          const events = state.counts.gameEvents - last.counts.gameEvents
          seen.rates.push((events * 1000) / (state.at - last.at))
        }
        last = state
      } else if (name === 'players' && last) {
        const { players } = JSON.parse(data) as PlayersState
        seen.players.push(now - Math.max(...players.map(([, , , , at]) => at ?? 0)))
      }
    }
  })
}
