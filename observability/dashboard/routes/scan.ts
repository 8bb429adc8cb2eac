import type { FastifyInstance } from 'fastify'
import { FilterError } from '../../browse/filter.ts'
import { PositionError } from '../../browse/range.ts'
import type { Range } from '../../browse/scan.ts'
import { type Query, type TopicBrowser, UnknownTopicError } from '../../browse/topic-browser.ts'
import type { LineStreams } from './line-stream.ts'

const MOST_HITS = 1_000

const WHICH = {
  topic: { type: 'string', minLength: 1, maxLength: 249 },
  key: { type: 'string', maxLength: 10_000 },
  /** Numbers, separated by commas. */
  partitions: { type: 'string', pattern: '^\\d{1,6}(,\\d{1,6})*$' },
  filter: { type: 'string', maxLength: 1_000 },
  uncommitted: { type: 'boolean', default: false },
} as const

const SCAN_SCHEMA = {
  type: 'object',
  required: ['topic'],
  additionalProperties: false,
  properties: {
    ...WHICH,
    from: { type: 'string', maxLength: 40, default: 'start' },
    to: { type: 'string', maxLength: 40, default: 'end' },
    limit: { type: 'integer', minimum: 1, maximum: MOST_HITS, default: 100 },
    /** What an earlier scan left, as `partition:from:to`, separated by commas. */
    rest: { type: 'string', pattern: '^\\d+:\\d+:\\d+(,\\d+:\\d+:\\d+)*$' },
  },
} as const

const TAIL_SCHEMA = {
  type: 'object',
  required: ['topic'],
  additionalProperties: false,
  properties: WHICH,
} as const

interface RawQuery extends Omit<Query, 'partitions' | 'rest'> {
  readonly partitions?: string
  readonly rest?: string
}

/**
 * - `GET /api/scan`: lines of JSON as they come: `{"hit": …}`, `{"progress": …}`, at last `{"end": …}` with what is left.
 * - `GET /api/tail`: `{"hit": …}` for what is written from now on, a sample where it is too much, and `{"tail": …}` with how
 *   many records were read, matched and shown.
 *
 * Both end with `{"error": "…"}` if they fail. A client that goes away ends them.
 */
export function addScanRoutes(app: FastifyInstance, browser: TopicBrowser, streams: LineStreams): void {
  app.get('/api/scan', { schema: { querystring: SCAN_SCHEMA } }, (request, reply) =>
    streams.answer(
      reply,
      async (write, signal) => {
        const end = await browser.find(
          queryOf(request.query as RawQuery),
          { onHit: (hit) => write({ hit }), onProgress: (progress) => void write({ progress }) },
          signal,
        )
        const rest = [...end.rest].map(([partition, { from, to }]) => `${partition}:${from}:${to}`).join()
        await write({ end: { ...end, rest } })
      },
      isUsage,
    ),
  )
  app.get('/api/tail', { schema: { querystring: TAIL_SCHEMA } }, (request, reply) =>
    streams.answer(
      reply,
      (write, signal) =>
        browser.tail(
          queryOf(request.query as RawQuery),
          { onHit: (hit) => write({ hit }), onCount: (tail) => write({ tail }) },
          signal,
        ),
      isUsage,
    ),
  )
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
export function isUsage(error: unknown): boolean {
  return [FilterError, PositionError, UnknownTopicError].some((kind) => error instanceof kind)
}
