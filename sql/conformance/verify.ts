import type { Admin } from 'kafkajs'
import { schemaOf, schemas } from '../../catalog/schemas.ts'
import { topics } from '../../catalog/topics.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { apply, topicsOf } from '../apply/apply.ts'
import type { Deployment, HeldDeployments } from '../apply/deployments.ts'
import type { Engine } from '../apply/engine.ts'
import { StoppedError } from '../errors.ts'
import type { SqlObject } from '../scripts/object.ts'
import { answers } from './answers/answers.ts'
import type { Answers, Row } from './answers/row.ts'
import { cleanUp } from './clean-up.ts'
import type { Conformance } from './conformance.ts'
import { eventSchema, Feed } from './feed.ts'
import { forgottenUpTo, forgottenWith, lookedUp, withoutForgotten } from './forgetting.ts'
import { conformanceInput, TRANSACTIONS_TIME, type Wave } from './input/input.ts'
import { type Replay, replay, topicsOfRun } from './replay.ts'
import type { RunPlace } from './run-place.ts'
import { type Outcome, runWaves, type WavesOptions } from './run-waves.ts'
import { supportedWaves } from './supported-waves.ts'
import { Watch } from './watch.ts'

export interface VerifyOptions<Retention>
  extends Pick<WavesOptions, 'signal' | 'patienceMs' | 'settleMs' | 'onWave'>,
    Pick<Replay, 'onReplay'> {
  readonly engine: Engine
  /** The scripts' objects in the place. */
  readonly objects: readonly SqlObject[]
  readonly place: RunPlace
  readonly conformance: Conformance<Retention>
  readonly retention: Retention
  readonly profile: Profile
  readonly admin: Admin
  /** The application that reads and writes the cluster. */
  readonly application: string
  readonly seed: number
  /** When the input ends, ms since the epoch. */
  readonly now: number
  /** Whether to leave everything in place for inspection. */
  readonly keep: boolean
  /**
   * Whether everything is dropped, applied and read a second time at the end, to check forgotten ids; by default it is.
   */
  readonly replays?: boolean
  readonly onWarning?: (line: string) => void
}

export interface Verification extends Outcome {
  /** Queries that did not run at the end, with their state in the engine's own word. */
  readonly unwell: readonly string[]
}

/**
 * Runs the input through the scripts, on topics and under names of its own run, compares the outputs with the expected
 * answers, and leaves nothing behind, however it ends.
 * @throws StoppedError after cleaning up, if the signal was aborted
 */
export async function verify<Retention>(options: VerifyOptions<Retention>): Promise<Verification> {
  const { engine, admin, objects, place, profile, signal } = options
  const registry = new Registry(profile)
  // Before anything is created: a refusal leaves nothing to clean up.
  await engine.requireGuarantees()
  for (const { subject } of schemaOf('game-events-value').references) await registry.idOf(schemaOf(subject))
  try {
    return await run(options, registry)
  } catch (error) {
    if (!signal.aborted) throw error
    throw new StoppedError(
      options.keep ? 'stopped; everything it created is still there' : 'stopped, and cleaned up',
    )
  } finally {
    if (!options.keep) await cleanUp({ engine, admin, registry, place, objects })
  }
}

async function run<Retention>(options: VerifyOptions<Retention>, registry: Registry): Promise<Verification> {
  const { engine, admin, objects, place, conformance, profile, application, signal } = options
  await makeTopics(options)
  const schema = eventSchema(place)
  await registry.register(schema, [...schemas, schema])
  signal.throwIfAborted()
  const design = conformance.design(options.retention)
  const all = conformanceInput(options.seed, options.now, place.topic('transactions').partitions)
  const waves = supportedWaves(design, all)
  const feed = await Feed.open(profile, registry, application, place)
  const answersTo = (sent: readonly Wave[]): Answers => {
    const all = answers(sent, design)
    return conformance.forget ? withoutForgotten(all, forgottenUpTo(waves, sent.length)) : all
  }
  let watch: Watch | undefined
  try {
    const watched = [...conformance.outputs.map(({ topic }) => topic), ...conformance.identified]
    const names = watched.map((topic) => place.topic(topic).name)
    watch = await Watch.start(profile, admin, application, names)
    const deployments = ofThisRun()
    const target = { engine, deployments, topics: topicsOfRun(admin, place) }
    const outcome = await runWaves({
      ...options,
      waves,
      watch,
      feed: {
        send: async (wave: Wave) => {
          const ids = forgottenWith(waves, waves.indexOf(wave) + 1)
          if (conformance.forget) await feed.forget(conformance.forget, ids)
          await feed.send(wave)
        },
      },
      answers: answersTo,
      afterFirst: async () => {
        const onWarning = ({ name }: SqlObject, said: string) => options.onWarning?.(`${name}: ${said}`)
        await apply(objects, target, { replace: false, signal, onWarning })
      },
    })
    await watch.close()
    const verdicts = [...outcome.verdicts]
    if (conformance.forget && outcome.isAnswered) {
      const known = answersTo(waves).known ?? []
      const forgotten = forgottenUpTo(waves, waves.length)
      const lookUp = async (name: 'lookedUp' | 'lookedUpAgain', rows: readonly Row[]) => {
        if (conformance.lookUp)
          verdicts.push({ name, topic: '-', ...(await lookedUp(options, rows, forgotten)) })
      }
      await lookUp('lookedUp', known)
      if (options.replays ?? true) {
        verdicts.push({ name: 'replayed', topic: '-', ...(await replay({ ...options, target }, known)) })
        await lookUp('lookedUpAgain', [])
      }
    }
    const present = [...(await engine.present()).values()].filter(({ name }) => place.isNameOfRun(name))
    const unwell = present.filter(({ health }) => health !== undefined && health !== 'RUNNING')
    return { ...outcome, verdicts, unwell: unwell.map(({ name, health }) => `${name} (${health})`) }
  } finally {
    await Promise.all([feed.close(), watch?.close()])
  }
}

/** The inputs and all topics that the scripts name, with the catalog's partitions and retention. */
async function makeTopics<Retention>({
  admin,
  objects,
  place,
  conformance,
  signal,
}: VerifyOptions<Retention>) {
  const named = topicsOf(objects)
  const wanted = topics.filter(
    ({ name }) =>
      ['transactions', 'logs', 'game-events', ...conformance.identified].includes(name) ||
      conformance.outputs.some((output) => output.topic === name) ||
      name === conformance.forget ||
      named.includes(place.topic(name).name),
  )
  for (const { name } of wanted) {
    signal.throwIfAborted()
    const topic = place.topic(name)
    await applyTopicChange(admin, {
      kind: 'create',
      topic: name === 'transactions' ? { ...topic, time: TRANSACTIONS_TIME } : topic,
    })
  }
}

/** A deployment record in memory, for this run only. */
function ofThisRun(): HeldDeployments {
  const all = new Map<string, Deployment>()
  return {
    all,
    others: [],
    write: async (name, deployment) => {
      if (deployment) all.set(name, deployment)
      else all.delete(name)
    },
    close: async () => undefined,
  }
}
