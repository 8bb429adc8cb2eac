import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { topics } from '../../catalog/topics.ts'
import type { Registry } from '../../kafka/registry/registry.ts'
import type { Engine } from '../apply/engine.ts'
import { readersFirst } from '../apply/plan.ts'
import { SqlError } from '../errors.ts'
import type { SqlObject } from '../scripts/object.ts'
import type { RunPlace } from './run-place.ts'

const POLL_MS = 200
/** How long an engine has to delete the topics that it made for a query. */
const ENGINE_PATIENCE_MS = 20_000
/** How long it may take until all topics are gone. */
const PATIENCE_MS = 40_000

export interface CleanUp {
  readonly engine: Engine
  readonly admin: Admin
  readonly registry: Registry
  readonly place: RunPlace
  /** Everything that may have been created, in any version. */
  readonly objects: readonly SqlObject[]
}

/**
 * Removes everything that a run has left, found by its names: queries, streams, tables, topics, subjects and groups,
 * including those that the engine created itself. A missing object is not an error, and one that cannot be removed does
 * not stop the rest.
 * @throws SqlError that names what remains
 */
export async function cleanUp({ engine, admin, registry, place, objects }: CleanUp): Promise<void> {
  const stays: string[] = []
  const attempt = (what: string, work: () => Promise<unknown>) =>
    work().catch((error: Error) => stays.push(`${what}: ${error.message}`))

  const dependsOn = (name: string) =>
    objects.filter((object) => object.name === name).flatMap((object) => object.dependsOn)
  await attempt(`the engine’s objects of run ${place.run}`, async () => {
    const present = [...(await engine.present()).values()].filter(({ name }) => place.isNameOfRun(name))
    for (const one of readersFirst(present, dependsOn))
      await attempt(one.name, () => (one.kind === 'insert' ? engine.end(one.queries) : engine.drop(one)))
  })
  await attempt(`the topics of run ${place.run}`, () => removeTopics(admin, place))
  await attempt(`the schemas of run ${place.run}`, async () => {
    for (const subject of (await registry.subjects()).filter(place.isTopicOfRun))
      await attempt(subject, () => registry.delete(subject))
  })
  await attempt(`the groups of run ${place.run}`, async () => {
    const { groups } = await admin.listGroups()
    const ours = groups.map(({ groupId }) => groupId).filter(place.isTopicOfRun)
    // An engine deletes its queries' groups too, at its own pace.
    if (ours.length > 0) await admin.deleteGroups(ours).catch(() => undefined)
  })
  if (stays.length > 0) {
    throw new SqlError(
      `run ${place.run} is not cleaned up (${stays.join('; ')}); try again with: playstream sql verify --clean-up ${place.run}`,
    )
  }
}

/**
 * Our topics are deleted once each: kafkajs retries the deletion of a missing topic until its patience ends. The engine
 * deletes the topics of its queries itself, a little later; only forgotten ones are deleted here.
 */
async function removeTopics(admin: Admin, place: RunPlace): Promise<void> {
  const made = new Set(topics.map(({ name }) => place.topic(name).name))
  const asked = new Set<string>()
  const start = performance.now()
  for (;;) {
    const left = (await admin.listTopics()).filter(place.isTopicOfRun)
    if (left.length === 0) return
    const elapsed = performance.now() - start
    if (elapsed > PATIENCE_MS) throw new SqlError(`${left.join(', ')} could not be deleted`)
    for (const topic of left) {
      if (asked.has(topic) || !(made.has(topic) || elapsed > ENGINE_PATIENCE_MS)) continue
      asked.add(topic)
      await admin.deleteTopics({ topics: [topic] })
    }
    await sleep(POLL_MS)
  }
}
