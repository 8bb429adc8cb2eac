import type { Profile } from '../../kafka/profile/profile.ts'
import type { Access } from '../../web/access.ts'
import { bundlePage } from '../../web/bundle.ts'
import { EventStream } from '../../web/event-stream.ts'
import { createPageServer, listen } from '../../web/page-server.ts'
import { TopicBrowser } from '../browse/topic-browser.ts'
import { declaredGroups } from '../lag/declared-groups.ts'
import type { LagSnapshot } from '../lag/lag.ts'
import { LagMonitor } from '../lag/lag-monitor.ts'
import { registerClusterMetrics } from '../metrics/cluster-metrics.ts'
import { MetricsRegistry } from '../metrics/exposition.ts'
import { LiveFeed } from './live/live-feed.ts'
import type { ServerState } from './protocol.ts'
import { addCatalogRoute } from './routes/catalog.ts'
import { addFollowRoute } from './routes/follow.ts'
import { LineStreams } from './routes/line-stream.ts'
import { addScanRoutes } from './routes/scan.ts'
import { addTopicRoutes } from './routes/topics.ts'

export interface DashboardOptions extends Access {
  /** 0 for any free port. */
  readonly port: number
  readonly warn: (line: string) => void
  /** Gets every look at the cluster, in order. */
  readonly onSnapshot?: (snapshot: LagSnapshot) => void
  /** What `/metrics` serves besides the cluster's offsets; nothing else by default. */
  readonly metrics?: MetricsRegistry
}

/** The running dashboard. */
export interface Dashboard {
  /** The page's address, without the token. */
  readonly url: string
  /** Resolves once the topics are followed: what is written from then on is counted. */
  readonly following: Promise<void>
  /** Rejects if the dashboard ends with an error; otherwise stays pending. */
  readonly failed: Promise<never>
  /** Why the cluster's state is not known; undefined if it is. */
  notReady(): string | undefined
  close(): Promise<void>
}

/**
 * Serves the dashboard of a cluster. It only reads: nothing on the page changes the cluster.
 * @throws AccessError for an address that others can reach, without a token; Error if the port is taken
 */
export async function startDashboard(profile: Profile, options: DashboardOptions): Promise<Dashboard> {
  const bundle = await bundlePage(new URL('client/main.tsx', import.meta.url))
  const page = { ...options, title: 'Playstream', bundle }
  const app = createPageServer(page)
  const stream = new EventStream()
  stream.send('server', { page: bundle.hash } satisfies ServerState)
  const feed = new LiveFeed()
  app.get('/api/stream', (_, reply) => {
    reply.hijack()
    stream.add(reply.raw)
  })
  app.get('/api/history', () => feed.history.points)
  const browser = new TopicBrowser(profile)
  const lines = new LineStreams()
  addScanRoutes(app, browser, lines)
  addFollowRoute(app, browser, lines)
  addCatalogRoute(app)
  addTopicRoutes(app, profile, () => feed.snapshot)
  const metrics = options.metrics ?? new MetricsRegistry()
  registerClusterMetrics(metrics.registry, profile.name, () => feed.snapshot)
  app.get('/metrics', async (request, reply) => {
    const { text, contentType } = await metrics.scrape(request.headers.accept)
    return reply.type(contentType).send(text)
  })
  app.get('/healthz', () => 'ok\n')
  app.get('/readyz', (_, reply) => {
    const reason = feed.notReady
    return reason === undefined ? reply.send('ok\n') : reply.code(503).send(`${reason}\n`)
  })
  const url = await listen(app, page)
  const stop = new AbortController()
  const monitor = new LagMonitor(profile, 'dashboard', declaredGroups)
  const following = Promise.withResolvers<void>()
  const running = feed.run(
    { profile, monitor, warn: options.warn },
    (event, state) => {
      stream.send(event, state)
      if (event === 'cluster' && feed.snapshot) options.onSnapshot?.(feed.snapshot)
    },
    stop.signal,
    following.resolve,
  )
  const failed = running.then(() => new Promise<never>(() => undefined))
  failed.catch(() => undefined)
  return {
    url,
    following: following.promise,
    failed,
    notReady: () => feed.notReady,
    async close() {
      stop.abort()
      stream.close()
      await app.close()
      await running.catch(() => undefined)
      await Promise.all([monitor.close(), browser.close()])
    },
  }
}
