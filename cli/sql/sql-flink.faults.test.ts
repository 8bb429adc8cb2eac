import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { flinkPortsFrom, freeBase } from '../../local/process/ports.ts'
import { Runtime } from '../../local/runtime.ts'
import { sqlGatewayUrl } from '../../local/services/flink.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { produceTransactions } from '../../producers/transaction-producer.ts'
import { apply } from '../../sql/apply/apply.ts'
import { catalogTopics } from '../../sql/apply/catalog-topics.ts'
import { MemoryRecord } from '../../sql/apply/test-target.ts'
import { SqlError } from '../../sql/errors.ts'
import { Flink } from '../../sql/flink/engine.ts'
import { flinkScripts } from '../../sql/flink/scripts.ts'
import { expectExactlyOnce } from '../../sql/flink/test-books.ts'
import { CATALOG } from '../../sql/scripts/place.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

// The command as a user has it, on the embedded Flink and a broker of its own.

const home = temporaryHome()
let runtime: Runtime
let gateway: string

beforeAll(async () => {
  const base = await freeBase()
  gateway = sqlGatewayUrl(flinkPortsFrom(base))
  runtime = await Runtime.start(home, { portBase: base, flink: true, progress: () => undefined })
  const admin = await connectAdmin(runtime.profile, 'test')
  for (const topic of topics) await applyTopicChange(admin, { kind: 'create', topic })
  await admin.disconnect()
})

afterAll(async () => {
  await runtime?.stop()
  rmSync(home.folder, { recursive: true, force: true })
})

const sql = (...args: string[]) => playstream(home, 'sql', ...args, '--engine', 'flink')

async function send(seed: number, count: number) {
  const { byKind } = await produceTransactions(runtime.profile, {
    seed,
    count,
    start: Date.now(),
    rate: Number.POSITIVE_INFINITY,
    duplicates: 0.3,
    lateDuplicates: 0.05,
    malformed: 0.01,
    durationMs: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
  })
  const { unique, duplicate, lateDuplicate, malformed } = byKind
  return { unique, duplicates: duplicate + lateDuplicate, malformed }
}

describe('playstream sql on Flink', () => {
  test('applies, has nothing to do, keeps the state over a drop, and passes each transaction of the producer once', {
    timeout: 240_000,
  }, async () => {
    const applied = await sql('apply')
    expect(applied).toMatchObject({ code: 0, output: expect.stringMatching(/applied: 4 steps made/) })
    expect(await sql('apply')).toMatchObject({ code: 0, output: expect.stringMatching(/nothing to do/) })
    const status = await sql('status')
    expect(status).toMatchObject({
      code: 0,
      output: expect.stringMatching(/playstream-transactions +insert +current +RUNNING/),
    })
    // Another apply that did not see this one: Flink itself refuses its job.
    const { jobs, declarations } = flinkScripts('sliding')
    const other = await Flink.connect({
      access: { url: gateway, hint: '' },
      profile: runtime.profile,
      declarations,
    })
    const [job] = jobs
    if (job) await expect(other.make(job, 'create')).rejects.toThrow(/already been submitted/)
    const first = await send(31, 2_000)
    await expectExactlyOnce(runtime.profile, first)
    expect(await sql('drop', '--keep-state')).toMatchObject({ code: 0 })
    expect((await sql('status')).code).toBe(3)
    expect(await sql('apply')).toMatchObject({ code: 0 })
    // The same transactions again: only a job that remembers the first ones knows them for copies.
    const again = await send(31, 2_000)
    await expectExactlyOnce(runtime.profile, {
      unique: first.unique,
      duplicates: first.duplicates + again.unique + again.duplicates,
      malformed: first.malformed + again.malformed,
    })
    const rows = await sql('query', 'SELECT id FROM transactions_unique', '--from-beginning', '--limit', '3')
    expect(rows.output.match(/\+I\ttxn-/g)).toHaveLength(3)
    const demo = new Playstream(home, ['start', '--sql', 'flink', '--for', '3s', '--json'])
    expect(await demo.ended).toBe(0)
    expect(demo.json()).toMatchObject({ ok: true, problems: [] })
    expect(await sql('drop')).toMatchObject({ code: 0, output: expect.stringMatching(/dropped 4 objects/) })
    expect(await sql('apply')).toMatchObject({ code: 1, output: expect.stringMatching(/--replace/) })
  })

  test('says in one line that no Flink answers', async () => {
    const { code, output } = await sql('apply', '--url', 'http://127.0.0.1:9')
    expect(code).toBe(1)
    expect(output).toMatch(
      /^playstream: no SQL gateway of Flink answers at http:\/\/127\.0\.0\.1:9: .*PLAYSTREAM_LOCAL_FLINK_URL[^\n]*$/,
    )
  })

  test('names the file and line of a typo, and applies nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'playstream-sql-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    cpSync(new URL('../../sql/flink/', import.meta.url), folder, { recursive: true })
    const script = join(folder, '05-player-state.sql')
    writeFileSync(script, readFileSync(script, 'utf8').replace('LAST_VALUE(health)', 'LAST_VALUE(helath)'))
    const { jobs, declarations } = flinkScripts('sliding', CATALOG, pathToFileURL(`${folder}/`))
    const access = { url: gateway, hint: '' }
    const engine = await Flink.connect({ access, profile: runtime.profile, declarations })
    const admin = await connectAdmin(runtime.profile, 'test')
    onTestFinished(() => admin.disconnect())
    const record = new MemoryRecord()
    const error = await apply(
      jobs,
      { engine, deployments: record.open(), topics: catalogTopics(admin) },
      { replace: true, signal: new AbortController().signal },
    ).catch((thrown) => thrown)
    expect(error).toBeInstanceOf(SqlError)
    expect(error.message).toMatch(/^05-player-state\.sql:\d+: .*helath.*nothing was applied$/)
    expect((await engine.present()).size).toBe(0)
    expect(record.entries.size).toBe(0)
  })
})
