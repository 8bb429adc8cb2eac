import type { FastifyInstance } from 'fastify'
import { type TopicBrowser, UnknownTopicError } from '../../browse/topic-browser.ts'
import type { FollowKind, FollowLine } from '../protocol.ts'
import { type FollowScan, followPlan } from './follow-plan.ts'
import type { LineStreams } from './line-stream.ts'
import { outcomeOf } from './outcome.ts'
import { isUsage } from './scan.ts'

/** More of one topic is no longer a story; the topic's own page shows all. */
const MOST_OF_TOPIC = 200
/** Topics that are read at the same time. */
const AT_ONCE = 3

const QUERY_SCHEMA = {
  type: 'object',
  required: ['kind', 'id'],
  additionalProperties: false,
  properties: {
    kind: { enum: ['transaction', 'player', 'address'] },
    id: { type: 'string', minLength: 1, maxLength: 500 },
    from: { type: 'string', maxLength: 40, default: 'start' },
  },
} as const

/** `GET /api/follow`: lines of `FollowLine` with what the topics hold of one transaction, player or address. */
export function addFollowRoute(app: FastifyInstance, browser: TopicBrowser, streams: LineStreams): void {
  app.get('/api/follow', { schema: { querystring: QUERY_SCHEMA } }, (request, reply) => {
    const { kind, id, from } = request.query as { kind: FollowKind; id: string; from: string }
    return streams.answer(
      reply,
      async (write, signal) => {
        const waiting = followPlan(kind, id)
        const follow = async () => {
          for (let scan = waiting.shift(); scan && !signal.aborted; scan = waiting.shift()) {
            await readTopic(browser, scan, from, write, signal)
          }
        }
        await Promise.all(Array.from({ length: AT_ONCE }, follow))
        await write({ end: true } satisfies FollowLine)
      },
      isUsage,
    )
  })
}

async function readTopic(
  browser: TopicBrowser,
  scan: FollowScan,
  from: string,
  write: (line: FollowLine) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const name = scan.topic
  await write({ topic: { name, state: 'reading' } })
  try {
    await browser.find(
      { ...scan, from, to: 'end', limit: MOST_OF_TOPIC },
      {
        onHit: (record) => write({ step: { record, outcome: outcomeOf(record) } }),
        onProgress: ({ scanned, hits }) => void write({ progress: { topic: name, scanned, hits } }),
      },
      signal,
    )
    await write({ topic: { name, state: 'read' } })
  } catch (error) {
    if (!(error instanceof UnknownTopicError)) throw error
    await write({ topic: { name, state: 'missing' } })
  }
}
