import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import type { Registry } from '../../kafka/registry.ts'
import type { Engine } from '../engine.ts'
import { SqlError } from '../errors.ts'
import type { SqlObject } from '../object.ts'
import { readersFirst } from '../plan.ts'
import type { OwnPlace } from './own-place.ts'

const POLL_MS = 200
/** How long an engine may take until the topics that it made for a query are gone for good. */
const PATIENCE_MS = 30_000

export interface CleanUp {
  readonly engine: Engine
  readonly admin: Admin
  readonly registry: Registry
  readonly place: OwnPlace
  /** What may have been made, in whatever version. */
  readonly objects: readonly SqlObject[]
}

/**
 * Takes away all that a run has left, told by its names: queries, streams, tables, topics, subjects and groups, those
 * included that the engine made for itself. What is not there is no error, and one thing that stays does not keep the
 * others.
 * @throws SqlError that names what stays
 */
export async function cleanUp({ engine, admin, registry, place, objects }: CleanUp): Promise<void> {
  const stays: string[] = []
  const attempt = (what: string, work: () => Promise<unknown>) =>
    work().catch((error: Error) => stays.push(`${what}: ${error.message}`))

  const dependsOn = (name: string) =>
    objects.filter((object) => object.name === name).flatMap((object) => object.dependsOn)
  await attempt(`the engine’s objects of run ${place.run}`, async () => {
    const present = [...(await engine.present()).values()].filter(({ name }) => place.isOwnName(name))
    for (const one of readersFirst(present, dependsOn))
      await attempt(one.name, () => (one.kind === 'insert' ? engine.end(one.queries) : engine.drop(one)))
  })
  await attempt(`the topics of run ${place.run}`, () => removeTopics(admin, place))
  await attempt(`the schemas of run ${place.run}`, async () => {
    for (const subject of (await registry.subjects()).filter(place.isOwnTopic))
      await attempt(subject, () => registry.delete(subject))
  })
  await attempt(`the groups of run ${place.run}`, async () => {
    const { groups } = await admin.listGroups()
    const ours = groups.map(({ groupId }) => groupId).filter(place.isOwnTopic)
    // An engine deletes its queries' groups too, in its own time.
    if (ours.length > 0) await admin.deleteGroups(ours).catch(() => undefined)
  })
  if (stays.length > 0) {
    throw new SqlError(
      `run ${place.run} is not cleaned up (${stays.join('; ')}); try again with: playstream sql verify --clean-up ${place.run}`,
    )
  }
}

/** Until they stay away: an engine that is ending a query may make its topics once more. */
async function removeTopics(admin: Admin, place: OwnPlace): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const topics = (await admin.listTopics()).filter(place.isOwnTopic)
    if (topics.length === 0) return
    if (performance.now() > deadline) throw new SqlError(`${topics.join(', ')} would not go`)
    // Of those that the engine has deleted meanwhile the broker says that it does not know them.
    for (const topic of topics) await admin.deleteTopics({ topics: [topic] }).catch(ignoreUnknown)
    await sleep(POLL_MS)
  }
}

function ignoreUnknown(error: Error & { readonly type?: string }): void {
  if (error.type !== 'UNKNOWN_TOPIC_OR_PARTITION' && !/does not host this topic/.test(error.message))
    throw error
}
