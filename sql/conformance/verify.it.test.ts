import { randomBytes } from 'node:crypto'
import type { Admin } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { schemaOf } from '../../catalog/schemas.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { testProfile } from '../../kafka/profile/test-profile.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { apply } from '../apply/apply.ts'
import { targetOn } from '../apply/test-target.ts'
import { ENGINES } from '../engines.ts'
import { GuaranteeError, StoppedError } from '../errors.ts'
import { KsqlDb } from '../ksqldb/engine.ts'
import { StandIn, type StandInOptions } from '../ksqldb/test-ksqldb-server.ts'
import { Refusal } from '../ksqldb/test-ksqldb-statements.ts'
import { ksqlDbScripts } from '../scripts/test-objects.ts'
import { answers, type Design } from './answers/answers.ts'
import type { Answers, Row } from './answers/row.ts'
import { cleanUp } from './clean-up.ts'
import { forgottenUpTo, withoutForgotten } from './forgetting.ts'
import { conformanceInput, type Wave } from './input/input.ts'
import { WAVE_HOURS } from './input/transaction-stories.ts'
import { type RunPlace, runPlace } from './run-place.ts'
import { supportedWaves } from './supported-waves.ts'
import { writeLikeKsqlDb } from './test-ksqldb-writer.ts'
import { type VerifyOptions, verify } from './verify.ts'

/** The later waves contain transactions only. */
const LAST_WITH_EVENTS = 7

// The stand-in runs no query; the test writes what a server would have written, right or wrong.

const { objects, conformance } = ENGINES.ksqldb
const profile = testProfile()
const registry = new Registry(profile)
let standIn: StandIn
let admin: Admin
let place: RunPlace

beforeEach(async () => {
  standIn = await StandIn.start({ topics: 'all' })
  admin = await connectAdmin(profile, 'test')
  place = runPlace(randomBytes(3).toString('hex'))
  for (const name of ['player-health', 'player-position'])
    if (!(await registry.lookUp(schemaOf(name)))) await registry.register(schemaOf(name))
})
afterEach(async () => {
  await standIn.stop()
  await admin.disconnect()
})

async function restart(how: StandInOptions): Promise<void> {
  await standIn.stop()
  standIn = await StandIn.start({ topics: 'all', ...how })
}

async function options(change: Partial<VerifyOptions<'sliding'>> = {}): Promise<VerifyOptions<'sliding'>> {
  return {
    engine: await KsqlDb.connect({ url: standIn.url, pollMs: 1, retryMs: 1 }),
    objects: objects('sliding', place),
    place,
    conformance,
    retention: 'sliding',
    profile,
    admin,
    application: 'test',
    seed: 3,
    now: Date.now(),
    keep: false,
    signal: new AbortController().signal,
    patienceMs: 20_000,
    settleMs: 300,
    ...change,
  }
}

/** A verification of a server that would turn the right answers into these. */
async function verifying(
  change: (rows: Required<Answers>, wave: number) => Answers = (rows) => rows,
  patienceMs = 20_000,
  /** The known ids after a replay, and the result of a lookup. */
  remember: (known: readonly Row[], forgotten: ReadonlySet<string>) => readonly Row[] = (known) => known,
) {
  const design: Design = conformance.design('sliding')
  const now = Date.now()
  const [seed, partitions] = [3, place.topic('transactions').partitions]
  const waves = supportedWaves(design, conformanceInput(seed, now, partitions))
  const right = (number: number): Required<Answers> =>
    withoutForgotten(answers(waves.slice(0, number), design), forgottenUpTo(waves, number))
  const last = right(waves.length)
  const remembered = () => remember(last.known, forgottenUpTo(waves, waves.length))
  standIn.lookUp = (statement) => {
    const id = /WHERE ID = '(?<id>[^']*)'/.exec(statement)?.groups?.id
    return remembered().flatMap(({ key, fields }) => (key === id ? [[fields?.text]] : []))
  }
  let before: Answers = {}
  const writing: Promise<void>[] = []
  const outcome = await verify(
    await options({
      now,
      patienceMs,
      onWave: (number) => {
        const after = change(right(number), number)
        const identified = countOf(waves[number - 1])
        writing.push(writeLikeKsqlDb(profile, place, before, after, identified))
        before = after
      },
      onReplay: () => writeLikeKsqlDb(profile, place, {}, { known: remembered() }, 0),
    }),
  )
  await Promise.all(writing)
  return outcome
}

function countOf(wave: Wave | undefined): number {
  return wave?.transactions.filter(({ id }) => id !== undefined).length ?? 0
}

async function leftovers(): Promise<string[]> {
  return [
    ...standIn.sources.keys(),
    ...standIn.queries.keys(),
    ...(await admin.listTopics()).filter(place.isTopicOfRun),
    ...(await registry.subjects()).filter(place.isTopicOfRun),
  ]
}

const differences = ({ verdicts }: Awaited<ReturnType<typeof verify>>) =>
  verdicts.flatMap(({ name, differences: all }) => all.map((difference) => ({ name, ...difference })))

describe('verify', () => {
  test('finds no difference if every record is as expected, and leaves nothing behind', async () => {
    const outcome = await verifying()
    expect(differences(outcome)).toEqual([])
    expect(outcome).toMatchObject({ isAnswered: true, sent: WAVE_HOURS.length, unwell: [] })
    for (const { expected, actual } of outcome.verdicts) expect(actual).toBe(expected)
    // After a replay only forgotten ids are looked up again, and none may be found.
    const empty = outcome.verdicts.filter(({ expected }) => expected === 0).map(({ name }) => name)
    expect(empty).toEqual(['lookedUpAgain'])
    expect(await leftovers()).toEqual([])
  })

  test('names a lost record, a doubled one and a wrong field', async () => {
    const wrong = (rows: readonly Row[], at: number, fields: Row['fields']) =>
      rows.map((row, index) => (index === at ? { ...row, fields: { ...row.fields, ...fields } } : row))
    const outcome = await verifying((rows, wave) =>
      wave < LAST_WITH_EVENTS
        ? rows
        : {
            ...rows,
            unique: rows.unique.slice(0, -1).concat({ key: 'txn-unknown', fields: { text: '{}' } }),
            malformed: [...rows.malformed, { key: 'NO_ID', fields: { text: '{}' } }],
            playerState: wrong(rows.playerState, rows.playerState.length - 1, { health: 1_000 }),
            failures: wrong(rows.failures, rows.failures.length - 1, { user: 'somebody' }),
          },
    )
    const found = differences(outcome)
    const design = conformance.design('sliding')
    const last = answers(supportedWaves(design, conformanceInput(3, 0, 6)), design)
    expect(found).toContainEqual({
      name: 'unique',
      kind: 'unexpected',
      row: { key: 'txn-unknown', fields: { text: '{}' } },
    })
    expect(found).toContainEqual(
      expect.objectContaining({
        name: 'unique',
        kind: 'lost',
        row: expect.objectContaining({ key: last.unique.at(-1)?.key }),
      }),
    )
    expect(found).toContainEqual({
      name: 'malformed',
      kind: 'doubled',
      row: { key: 'NO_ID', fields: { text: '{}' } },
    })
    expect(found).toContainEqual(
      expect.objectContaining({
        name: 'playerState',
        kind: 'wrong',
        fields: { health: expect.objectContaining({ actual: 1_000 }) },
      }),
    )
    expect(found).toContainEqual(
      expect.objectContaining({
        name: 'failures',
        kind: 'wrong',
        fields: { user: expect.objectContaining({ actual: 'somebody' }) },
      }),
    )
    expect(found).toHaveLength(5)
  })

  test('names a forgotten id that is known again after a replay, and one that a lookup finds', async () => {
    const back = { key: '', fields: { text: '{}' } }
    const outcome = await verifying(undefined, 3_000, (known, forgotten) => {
      back.key = [...forgotten][0] as string
      return [...known, back]
    })
    expect(differences(outcome)).toEqual([
      { name: 'lookedUp', kind: 'unexpected', row: back },
      { name: 'replayed', kind: 'unexpected', row: { key: back.key, fields: {} } },
      { name: 'lookedUpAgain', kind: 'unexpected', row: back },
    ])
    expect(await leftovers()).toEqual([])
  })

  test('names a known id that no lookup finds, and one that is lost in a replay', async () => {
    const outcome = await verifying(undefined, 3_000, (known) => known.slice(1))
    expect(differences(outcome).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'lookedUp lost',
      'replayed lost',
    ])
  })

  test('reports a wave that was not answered in time, and sends no further wave', async () => {
    const outcome = await verifying((rows, wave) => (wave < 3 ? rows : {}), 2_000)
    expect(outcome).toMatchObject({ isAnswered: false, sent: 3 })
    const ofUnique = differences(outcome).filter(({ name }) => name === 'unique')
    expect(ofUnique.length).toBeGreaterThan(0)
    expect(ofUnique.filter(({ kind }) => kind !== 'lost')).toEqual([])
    expect(await leftovers()).toEqual([])
  })

  test('leaves nothing behind if the engine refuses a statement, and names the statement', async () => {
    standIn.beforeStatement = (statement) => {
      if (statement.includes('_SSH_COUNTS_BY_HOST')) throw new Refusal(400, 'no such function')
    }
    await expect(options().then(verify)).rejects.toThrow(/^10-ssh-counts\.sql:\d+: no such function/)
    expect(standIn.carriedOut.length).toBeGreaterThan(10)
    expect(await leftovers()).toEqual([])
  })

  test('leaves nothing behind if it is stopped half-way', async () => {
    const stop = new AbortController()
    const onWave = () => stop.abort()
    await expect(options({ signal: stop.signal, onWave }).then(verify)).rejects.toThrow(StoppedError)
    expect(standIn.carriedOut.some((statement) => statement.startsWith('CREATE'))).toBe(true)
    expect(await leftovers()).toEqual([])
  })

  test('can be stopped between two statements', async () => {
    const stop = new AbortController()
    standIn.beforeStatement = (statement) => {
      if (statement.includes('_TRANSACTIONS_BY_ID')) stop.abort()
    }
    await expect(options({ signal: stop.signal }).then(verify)).rejects.toThrow(/^stopped, and cleaned up/)
    expect(await leftovers()).toEqual([])
  })

  test('creates nothing if the engine does not guarantee correct results', async () => {
    await restart({ denied: ['processing.guarantee'] })
    await expect(options().then(verify)).rejects.toThrow(GuaranteeError)
    expect(standIn.carriedOut).toEqual([])
    expect(await leftovers()).toEqual([])
  })

  test('leaves objects applied under the scripts’ own names alone', async () => {
    const careful = { replace: false, signal: new AbortController().signal }
    const applied = await targetOn(standIn)
    await apply(ksqlDbScripts('sliding'), applied, careful)
    const before = [...standIn.sources.keys(), ...standIn.queries.keys()]
    await verify(await options({ patienceMs: 100 }))
    expect([...standIn.sources.keys(), ...standIn.queries.keys()]).toEqual(before)
    expect((await apply(ksqlDbScripts('sliding'), applied, careful)).steps).toEqual([])
  })

  test('keeps everything if --keep is set', async () => {
    await verify(await options({ patienceMs: 100, keep: true }))
    expect(standIn.sources.size).toBe(22)
    expect(await leftovers()).toContain(place.topic('logs').name)
    const kept = await options()
    await cleanUp({ ...kept, registry })
    expect(await leftovers()).toEqual([])
  })
})
