import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { GameEvent } from '../../catalog/events.ts'
import { schemaOf, schemas } from '../../catalog/schemas.ts'
import { topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { AvroEncoder } from '../../kafka/registry/avro-encoder.ts'
import { avroTypeOf } from '../../kafka/registry/avro-type.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { flinkPortsFrom, freeBase } from '../../local/process/ports.ts'
import { Runtime } from '../../local/runtime.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import type { Engine } from '../apply/engine.ts'
import { ENGINES } from '../engines.ts'
import { StoppedError } from '../errors.ts'
import { Connection } from '../flink/connection.ts'
import { Flink } from '../flink/engine.ts'
import { Session } from '../flink/session.ts'
import { TestFlink } from '../flink/test-flink.ts'
import type { Retention } from '../retention.ts'
import type { SqlObject } from '../scripts/object.ts'
import { scriptVariables } from '../scripts/script-variables.ts'
import { readStatements } from '../scripts/scripts.ts'
import { cleanUp } from './clean-up.ts'
import { eventSchema } from './feed.ts'
import { WAVE_HOURS } from './input/transaction-stories.ts'
import { type RunPlace, runPlace } from './run-place.ts'
import { Meeting } from './test-meeting.ts'
import { type Verification, type VerifyOptions, verify } from './verify.ts'
import { Watch } from './watch.ts'

const { objects, conformance } = ENGINES.flink
/** The retentions that forget. `forever` runs the same jobs with one view less; `sql verify` runs all three in turn. */
const AT_ONCE = ['sliding', 'fixed'] as const satisfies readonly Retention[]
/** After this wave Flink is killed, at some moment of the second in which a checkpoint is made. */
const KILLED_AFTER = 4

const home = temporaryHome()
let runtime: Runtime
let flink: TestFlink
let engine: Engine
let admin: Admin
let registry: Registry

beforeAll(async () => {
  // Code that takes local time for UTC would be right in Greenwich only.
  vi.stubEnv('TZ', 'America/St_Johns')
  const base = await freeBase()
  runtime = await Runtime.start(home, { portBase: base, progress: () => undefined })
  flink = new TestFlink(home, flinkPortsFrom(base))
  await flink.start()
  const { profile } = runtime
  engine = await Flink.connect({ access: { url: flink.url, hint: '' }, profile, declarations: [] })
  admin = await connectAdmin(profile, 'test')
  registry = new Registry(profile)
  for (const name of ['player-health', 'player-position']) await registry.register(schemaOf(name))
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await admin?.disconnect()
  await flink?.stop()
  await runtime?.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

function options(retention: Retention, place: RunPlace): Omit<VerifyOptions<Retention>, 'admin'> {
  return {
    engine,
    objects: objects(retention, place),
    place,
    conformance,
    retention,
    profile: runtime.profile,
    application: 'test',
    seed: 7,
    now: Date.now(),
    keep: false,
    signal: new AbortController().signal,
    patienceMs: 150_000,
    settleMs: 3_000,
  }
}

/**
 * With its own admin client: kafkajs keeps asking for topics that it has seen, and the other run deletes its topics.
 */
async function verifying(
  retention: Retention,
  place: RunPlace,
  change: Partial<VerifyOptions<Retention>>,
): Promise<Verification> {
  const own = await connectAdmin(runtime.profile, 'test')
  return await verify({ ...options(retention, place), admin: own, ...change }).finally(() => own.disconnect())
}

const newPlace = () => runPlace(randomBytes(3).toString('hex'))

async function leftovers(place: RunPlace): Promise<string[]> {
  const { groups } = await admin.listGroups()
  const names = [...groups.map(({ groupId }) => groupId), ...(await admin.listTopics())]
  return [
    ...[...(await engine.present()).keys()].filter(place.isNameOfRun),
    ...[...names, ...(await registry.subjects())].filter(place.isTopicOfRun),
  ]
}

test('with each retention that forgets, Flink gives the plain model’s answers record by record, even if it is killed with -9 half-way', {
  timeout: 480_000,
}, async () => {
  const meeting = new Meeting(AT_ONCE.length)
  let restarted = Promise.resolve()
  const killAndStart = async () => {
    await sleep(Math.random() * 1_000)
    await flink.kill()
    await flink.start()
  }
  const onWave = async (wave: number) => {
    // All runs have sent the wave, and none asks the engine for anything until the last run was answered.
    const isOne = await meeting.all()
    if (isOne && wave === KILLED_AFTER) restarted = killAndStart()
    if (wave === WAVE_HOURS.length) await restarted
  }
  const places = AT_ONCE.map(newPlace)
  const outcomes = await Promise.all(
    AT_ONCE.map((retention, at) =>
      verifying(retention, places[at] as RunPlace, { onWave, replays: at === 0 }).finally(() =>
        meeting.leave(),
      ),
    ),
  )
  for (const [at, outcome] of outcomes.entries()) {
    expect(outcome).toMatchObject({ isAnswered: true, sent: WAVE_HOURS.length, unwell: [] })
    expect(outcome.verdicts.map(({ name, differences }) => ({ name, differences }))).toEqual(
      [...conformance.outputs.map(({ name }) => name), ...(at === 0 ? ['replayed'] : [])].map((name) => ({
        name,
        differences: [],
      })),
    )
    expect(outcome.verdicts.every(({ expected }) => expected > 0)).toBe(true)
  }
  expect((await Promise.all(places.map(leftovers))).flat()).toEqual([])
})

test('a verification of Flink that is stopped half-way leaves nothing behind', {
  timeout: 120_000,
}, async () => {
  const stop = new AbortController()
  const place = newPlace()
  const stopped = expect(verifying('forever', place, { signal: stop.signal })).rejects.toThrow(StoppedError)
  const jobs = async () => [...(await engine.present()).keys()].filter(place.isNameOfRun)
  await expect.poll(jobs, { timeout: 60_000 }).not.toEqual([])
  stop.abort()
  await stopped
  expect(await leftovers(place)).toEqual([])
})

// Confluent Cloud is not available here; its dialect is Flink's, on tables that it infers from topics. The test
// declares them as its documentation says they are inferred, and Flink plans each statement.
test('Flink can plan each statement for Confluent Cloud, on the tables that Cloud infers', {
  timeout: 120_000,
}, async () => {
  const session = await Session.open(
    new Connection({ url: flink.url, name: 'SQL gateway of Flink', hint: '' }),
  )
  onTestFinished(() => session.close())
  const inferred = (name: string, columns: string) =>
    session.run(`CREATE TABLE \`${name}\` (${columns}, \`$rowtime\` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
      WATERMARK FOR \`$rowtime\` AS \`$rowtime\`) WITH ('connector' = 'kafka', 'topic' = '${name}',
      'properties.bootstrap.servers' = '127.0.0.1:9', 'scan.startup.mode' = 'earliest-offset',
      ${columns.startsWith('`key`') ? "'key.format' = 'raw', 'key.fields' = 'key', 'value.fields-include' = 'EXCEPT_KEY', 'value.format' = 'raw'" : "'value.format' = 'json'"})`)
  const event = (fields: string) => `ROW<player_id STRING, ${fields}, \`timestamp\` TIMESTAMP_LTZ(3)>`
  for (const { name } of topics)
    await inferred(
      name,
      name === 'game-events'
        ? `\`PlayerHealth\` ${event('health INT')}, \`PlayerPosition\` ${event('x DOUBLE, y DOUBLE')}`
        : '`key` BYTES, val BYTES',
    )
  const folder = new URL('../flink-cloud/', import.meta.url)
  for (const { file, line, text } of readStatements(folder, 'sliding', scriptVariables())) {
    if (text.startsWith('ALTER TABLE')) continue
    const planned = session.run(text.startsWith('INSERT') ? `EXPLAIN ${text}` : text)
    await planned.catch((error) => expect.fail(`${file}:${line}: ${error.message}`))
  }
})

test('Flink sets events in no schema aside with the reason, whatever is wrong with them, and continues', {
  timeout: 180_000,
}, async () => {
  const place = newPlace()
  const { profile } = runtime
  const events = place.topic('game-events')
  const state = place.topic('sql-player-state')
  const letters = place.topic('sql-game-events-dlq')
  for (const topic of [events, state, letters]) await applyTopicChange(admin, { kind: 'create', topic })
  const schema = eventSchema(place)
  await registry.register(schema, [...schemas, schema])
  const encoder = new AvroEncoder<GameEvent>(avroTypeOf(schema), await registry.idOf(schema))
  const good = (health: number) =>
    encoder.encode({ 'playstream.PlayerHealth': { player_id: 'ann', health, timestamp: 1_700_000_000_000 } })
  const head = (rest: number[]) => Buffer.concat([good(1).subarray(0, 5), Buffer.from(rest)])
  const unknown = Buffer.from(good(1))
  unknown.writeInt32BE(999_999, 1)
  const bad: [string, Buffer | null][] = [
    ['EMPTY', null],
    ['NOT_WIRE_FORMAT', Buffer.from('')],
    ['NOT_WIRE_FORMAT', Buffer.from('{"health":1}')],
    ['UNKNOWN_SCHEMA', unknown],
    ['CORRUPT', good(1).subarray(0, 8)],
    ['CORRUPT', Buffer.concat([good(1), Buffer.from('more')])],
    // A branch that does not exist; a text of minus one byte; a text of two gigabytes.
    ['CORRUPT', head([0x7e, 0x02])],
    ['CORRUPT', head([0x00, 0x01])],
    ['CORRUPT', head([0x00, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x61])],
  ]
  const records = bad.flatMap(([, value], at) => [
    { partition: 0, value: good(at), key: 'ann' },
    { partition: 0, value, key: 'x', timestamp: at % 2 === 0 ? '0' : String(Date.now()) },
  ])
  const writer = await Writer.connect(profile, 'test')
  await writer.send(events.name, [...records, { partition: 0, value: good(100), key: 'ann' }])
  await writer.close()
  const job = objects('sliding', place).find(({ name }) => name.endsWith('player-state'))
  await engine.make(job as SqlObject, 'create')
  const watch = await Watch.start(profile, admin, 'test', [state.name, letters.name])
  try {
    await expect.poll(() => watch.of(letters.name).length, { timeout: 60_000 }).toBe(bad.length)
    await expect.poll(() => watch.of(state.name).length, { timeout: 60_000 }).toBe(bad.length + 1)
    expect(watch.of(letters.name).map(({ headers }) => String(headers?.['dead-letter-error']))).toEqual(
      bad.map(([reason]) => reason),
    )
    expect(watch.of(letters.name).map(({ value }) => value)).toEqual(bad.map(([, value]) => value))
    expect(JSON.parse(String(watch.of(state.name).at(-1)?.value))).toMatchObject({
      player_id: 'ann',
      health: 100,
    })
  } finally {
    await watch.close()
    await cleanUp({ engine, admin, registry, place, objects: objects('sliding', place) })
  }
})
