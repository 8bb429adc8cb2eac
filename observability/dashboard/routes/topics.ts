import type { FastifyInstance } from 'fastify'
import { topics as declaredTopics } from '../../../catalog/topics.ts'
import { connectAdmin } from '../../../kafka/clients/connect-admin.ts'
import { topicSizes } from '../../../kafka/clients/topic-sizes.ts'
import type { Profile } from '../../../kafka/profile/profile.ts'
import { readTopics } from '../../../kafka/provision/topic-admin.ts'
import { planTopics, type TopicChange } from '../../../kafka/provision/topic-plan.ts'
import type { LagSnapshot } from '../../lag/lag.ts'
import type { PartitionsState, TopicsState } from '../protocol.ts'

/** The cluster is asked at most this often, however many viewers there are. */
const FRESH_MS = 10_000

/**
 * - `GET /api/topics`: configuration against the catalog, and sizes.
 * - `GET /api/partitions?topic=`: offsets and lag of each partition, from the latest look at the cluster.
 */
export function addTopicRoutes(
  app: FastifyInstance,
  profile: Profile,
  snapshot: () => LagSnapshot | undefined,
): void {
  let latest: Promise<TopicsState> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  app.get('/api/topics', () => {
    if (latest && performance.now() - askedAt < FRESH_MS) return latest
    askedAt = performance.now()
    const asked = readState(profile)
    latest = asked
    asked.catch(() => {
      if (latest === asked) latest = undefined
    })
    return asked
  })
  const querystring = {
    type: 'object',
    required: ['topic'],
    additionalProperties: false,
    properties: { topic: { type: 'string', minLength: 1, maxLength: 249 } },
  } as const
  app.get('/api/partitions', { schema: { querystring } }, (request) => {
    const { topic } = request.query as { topic: string }
    return partitionsOf(topic, snapshot())
  })
}

function partitionsOf(name: string, snapshot: LagSnapshot | undefined): PartitionsState {
  const found = snapshot?.topics.find(({ topic }) => topic === name)?.partitions ?? []
  const groups = (snapshot?.groups ?? []).flatMap(({ group, verdict, partitions }) => {
    const own = partitions.filter(({ topic }) => topic === name)
    if (own.length === 0) return []
    const byPartition = found.map((_, partition) => {
      const place = own.find((one) => one.partition === partition)
      return { committed: place?.committed ?? null, lag: place?.lag ?? 0 }
    })
    return [{ group, verdict, partitions: byPartition }]
  })
  const partitions = found.map(({ start, stable, highWatermark }, partition) => ({
    partition,
    start,
    stable,
    highWatermark,
  }))
  return { partitions, groups }
}

async function readState(profile: Profile): Promise<TopicsState> {
  const admin = await connectAdmin(profile, 'dashboard')
  try {
    const existing = await readTopics(admin)
    // A cluster in the cloud does not say what its disks hold.
    const sizes = await topicSizes(profile, 'dashboard', existing).catch(() => undefined)
    const { changes } = planTopics(declaredTopics, existing, { allowDelete: false })
    const names = new Set([...declaredTopics, ...existing].map(({ name }) => name))
    return {
      at: Date.now(),
      topics: [...names]
        .filter((name) => !name.startsWith('__'))
        .map((name) => ({
          name,
          isDeclared: declaredTopics.some((topic) => topic.name === name),
          exists: existing.some((topic) => topic.name === name),
          bytes: sizes?.get(name) ?? null,
          differences: changes.filter((change) => nameOf(change) === name).flatMap(differences),
        })),
    }
  } finally {
    await admin.disconnect()
  }
}

function nameOf(change: TopicChange): string {
  return change.kind === 'delete' ? change.name : change.topic.name
}

function differences(change: TopicChange): string[] {
  switch (change.kind) {
    case 'create':
      return ['the cluster does not have it yet']
    case 'grow':
      return [`it has ${change.from} partitions and the catalog says ${change.topic.partitions}`]
    case 'configure':
      return change.settings.map(
        ({ name, from, to }) => `${name} is ${from ?? 'not set'} and the catalog says ${to}`,
      )
    case 'refuse':
      return [change.reason]
    case 'delete':
      return []
  }
}
