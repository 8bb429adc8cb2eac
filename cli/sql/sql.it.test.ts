import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { testProfile } from '../../kafka/profile/test-profile.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import type { Home } from '../../local/home.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { deploymentOf } from '../../sql/apply/deployments.ts'
import { holdDeployments } from '../../sql/apply/deployments-topic.ts'
import { ENGINES } from '../../sql/engines.ts'
import { StandIn } from '../../sql/ksqldb/test-ksqldb-server.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

// The command as a user has it, on a real broker and the stand-in for ksqlDB.

let home: Home
let standIn: StandIn
const inputs = ['game-events', 'transactions', 'logs']

beforeAll(async () => {
  home = temporaryHome()
  mkdirSync(home.folder, { recursive: true })
  const local = { bootstrapServers: inject('bootstrapServers'), registryUrl: inject('registryUrl') }
  writeFileSync(join(home.folder, 'local.json'), JSON.stringify(local))
  const admin = await connectAdmin(testProfile(), 'test')
  const there = new Set(await admin.listTopics())
  for (const topic of topics)
    if (inputs.includes(topic.name) && !there.has(topic.name))
      await applyTopicChange(admin, { kind: 'create', topic })
  await admin.disconnect()
})
afterAll(() => rmSync(home.folder, { recursive: true, force: true }))

beforeEach(async () => {
  standIn = await StandIn.start({ topics: topics.map(({ name }) => name) })
})
afterEach(async () => {
  await playstream(home, 'sql', 'drop', '--delete-topics', '--yes', '--url', standIn.url)
  await standIn.stop()
})

const sql = (...args: string[]) => playstream(home, 'sql', ...args, '--url', standIn.url)

describe('playstream sql', () => {
  test('plans, applies, has nothing to do, shows, and drops', async () => {
    expect((await sql('plan')).code).toBe(3)
    const applied = await sql('apply')
    expect(applied).toMatchObject({ code: 0 })
    expect(applied.output).toContain('+ PLAYSTREAM_TRANSACTIONS_READ: create (01-transactions.sql:')
    expect(await sql('plan')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/nothing to do: all 22/),
    })
    expect(await sql('apply')).toMatchObject({ code: 0, output: expect.stringMatching(/nothing to do/) })
    const status = await sql('status')
    expect(status.code).toBe(0)
    expect(status.output).toMatch(/PLAYSTREAM_PLAYER_STATE +table +current +RUNNING/)
    expect(await sql('drop')).toMatchObject({
      code: 0,
      output: expect.stringMatching(/dropped 22 objects and 0 topics/),
    })
    expect([...standIn.sources.keys()]).toEqual([])
    const again = await sql('apply')
    expect(again).toMatchObject({ code: 1, output: expect.stringMatching(/records of sql-.*--replace/) })
  })

  test('applies nothing if Flink fills the same topics', async () => {
    const profile = testProfile()
    const held = await holdDeployments(profile, 'flink')
    for (const job of ENGINES.flink.objects('sliding'))
      await held.write(job.name, deploymentOf(job, 'applied', new Date()))
    const refused = await sql('apply')
    for (const name of [...held.all.keys()]) await held.write(name, undefined)
    await held.close()
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /^playstream: sql-\S+ is filled by another engine, flink [^\n]*--engine flink --delete-topics$/m,
      ),
    })
    expect(standIn.carriedOut).toEqual([])
    expect((await sql('apply')).code).toBe(0)
  })

  test('two concurrent applies: the one that began last continues, and the other reports it', async () => {
    const [first, resume] = await applyPausedAt('PLAYSTREAM_TRANSACTIONS_BY_ID')
    const second = new Playstream(home, ['sql', 'apply', '--url', standIn.url])
    // The second has taken the record over before its first step.
    await second.says(/^[+=] /)
    resume()
    expect([await first.ended, await second.ended]).toEqual([1, 0])
    expect(first.output).toMatch(/another apply or drop of ksqldb\/default_ has begun/)
    for (const writers of standIn.written.values()) expect(writers).toEqual([...new Set(writers)])
    expect(await sql('plan')).toMatchObject({ code: 0 })
  })

  test('an interrupted apply stops between two steps, and the next apply finishes', async () => {
    const [first, resume] = await applyPausedAt('PLAYSTREAM_LOGS')
    first.process.kill('SIGINT')
    await first.says(/finishing/)
    resume()
    expect(await first.ended).toBe(130)
    expect(first.output).toMatch(/stopped after \d+ of 22 steps/)
    expect(await sql('apply')).toMatchObject({ code: 0 })
    expect(await sql('plan')).toMatchObject({ code: 0 })
    for (const writers of standIn.written.values()) expect(writers).toEqual([...new Set(writers)])
  })
})

/** Starts an apply whose server pauses when it is about to create an object. The function lets the server continue. */
async function applyPausedAt(object: string): Promise<[run: Playstream, resume: () => void]> {
  const paused = Promise.withResolvers<void>()
  const resumed = Promise.withResolvers<void>()
  standIn.pauseAt(object, paused.resolve, resumed.promise)
  const run = new Playstream(home, ['sql', 'apply', '--url', standIn.url])
  await paused.promise
  return [run, resumed.resolve]
}
