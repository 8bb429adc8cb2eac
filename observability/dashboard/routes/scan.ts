import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'
import { FilterError } from '../browse/filter.ts'
import { PositionError } from '../browse/range.ts'
import type { Range } from '../browse/scan.ts'
import { type Query, type TopicBrowser, UnknownTopicError } from '../browse/topic-browser.ts'

const MOST_HITS = 1_000
/** Scans at the same time: each costs a connection to the cluster, and a page needs a handful. */
const MOST_SCANS = 16

const QUERY_SCHEMA = {
  type: 'object',
  required: ['topic'],
  additionalProperties: false,
  properties: {
    topic: { type: 'string', minLength: 1, maxLength: 249 },
    key: { type: 'string', maxLength: 10_000 },
    /** Numbers, separated by commas. */
    partitions: { type: 'string', pattern: '^\\d{1,6}(,\\d{1,6})*$' },
    from: { type: 'string', maxLength: 40, default: 'start' },
    to: { type: 'string', maxLength: 40, default: 'end' },
    filter: { type: 'string', maxLength: 1_000 },
    limit: { type: 'integer', minimum: 1, maximum: MOST_HITS, default: 100 },
    uncommitted: { type: 'boolean', default: false },
    /** What an earlier scan left, as `partition:from:to`, separated by commas. */
    rest: { type: 'string', pattern: '^\\d+:\\d+:\\d+(,\\d+:\\d+:\\d+)*$' },
  },
} as const

interface RawQuery extends Omit<Query, 'partitions' | 'rest'> {
  readonly partitions?: string
  readonly rest?: string
}

/**
 * `GET /api/scan`: lines of JSON as they come: `{"hit": …}`, `{"progress": …}`, at last `{"end": …}` with what is left, or
 * `{"error": "…"}`. A client that goes away ends the scan.
 */
export function addBrowseRoutes(app: FastifyInstance, browser: TopicBrowser): void {
  let running = 0
  app.get('/api/scan', { schema: { querystring: QUERY_SCHEMA } }, async (request, reply) => {
    if (running >= MOST_SCANS) return reply.code(429).send({ error: 'too many scans at once; cancel one' })
    running += 1
    const stop = new AbortController()
    reply.raw.on('close', () => stop.abort())
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    const write = async (line: unknown) => {
      if (stop.signal.aborted || reply.raw.write(`${JSON.stringify(line)}\n`)) return
      await once(reply.raw, 'drain', { signal: stop.signal }).catch(() => undefined)
    }
    try {
      const end = await browser.find(
        queryOf(request.query as RawQuery),
        { onHit: (hit) => write({ hit }), onProgress: (progress) => void write({ progress }) },
        stop.signal,
      )
      const rest = [...end.rest].map(([partition, { from, to }]) => `${partition}:${from}:${to}`).join()
      await write({ end: { ...end, rest } })
    } catch (error) {
      await write({ error: (error as Error).message, isUsage: isUsage(error) })
    } finally {
      running -= 1
      reply.raw.end()
    }
  })
}

function queryOf({ partitions, rest, ...query }: RawQuery): Query {
  return {
    ...query,
    ...(partitions === undefined ? {} : { partitions: partitions.split(',').map(Number) }),
    ...(rest === undefined ? {} : { rest: new Map(rest.split(',').map(restOf)) }),
  }
}

function restOf(text: string): [number, Range] {
  const [partition, from, to] = text.split(':').map(Number) as [number, number, number]
  return [partition, { from, to }]
}

/** Whether the query is at fault, and not the cluster. */
function isUsage(error: unknown): boolean {
  return [FilterError, PositionError, UnknownTopicError].some((kind) => error instanceof kind)
}
