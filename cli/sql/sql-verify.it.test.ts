import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Admin } from 'kafkajs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { schemaOf } from '../../catalog/schemas.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { testProfile } from '../../kafka/profile/test-profile.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import type { Home } from '../../local/home.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { StandIn } from '../../sql/ksqldb/test-ksqldb-server.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

// The command as a user has it; the stand-in runs no query, so that every answer is lost.

let home: Home
let standIn: StandIn
let admin: Admin
const registry = new Registry(testProfile())

beforeAll(async () => {
  home = temporaryHome()
  mkdirSync(home.folder, { recursive: true })
  const local = { bootstrapServers: inject('bootstrapServers'), registryUrl: inject('registryUrl') }
  writeFileSync(join(home.folder, 'local.json'), JSON.stringify(local))
  admin = await connectAdmin(testProfile(), 'test')
  for (const name of ['player-health', 'player-position'])
    if (!(await registry.lookUp(schemaOf(name)))) await registry.register(schemaOf(name))
})
afterAll(async () => {
  await admin.disconnect()
  rmSync(home.folder, { recursive: true, force: true })
})
beforeEach(async () => {
  standIn = await StandIn.start({ topics: 'all' })
})
afterEach(() => standIn.stop())

const verify = (...args: string[]) => ['sql', 'verify', '--url', standIn.url, ...args]

/** The objects, topics and subjects that remain of the run whose start the output reports. */
async function leftovers(output: string): Promise<string[]> {
  const run = /run ([0-9a-f]{6}) starts/.exec(output)?.[1] as string
  const names = [...(await admin.listTopics()), ...(await registry.subjects())]
  return [...standIn.sources.keys(), ...names.filter((name) => name.includes(run))]
}

describe('playstream sql verify', () => {
  test('runs with each retention, prints a table, and ends with 3 where the answers differ', async () => {
    const { code, output } = await playstream(home, ...verify('--timeout', '100ms'))
    expect(code).toBe(3)
    expect(output).toMatch(/output +expected +found +lost +doubled +unexpected +wrong +retention sliding/)
    expect(output).toMatch(/retention forever/)
    expect(output).toMatch(/^unique +\d+ +0 +\d+ +0 +0 +0 +each transaction once/m)
    expect(output).toMatch(/^unique: lost: .*txn-/m)
    expect(output).toMatch(/^sliding: the output differs$/m)
    expect(await leftovers(output)).toEqual([])
  })

  test('cleans up on Ctrl-C, and ends with 130', async () => {
    const run = new Playstream(home, verify('--retention', 'forever'))
    await run.says(/wave 1 sent/)
    run.process.kill('SIGINT')
    expect(await run.ended).toBe(130)
    expect(run.output).toMatch(/^playstream: stopped, and cleaned up$/m)
    expect(await leftovers(run.output)).toEqual([])
  })

  test('keeps what it made with --keep, and says how to take it away', async () => {
    const kept = await playstream(
      home,
      ...verify('--retention', 'forever', '--timeout', '1ms', '--keep', '--json'),
    )
    expect(await leftovers(kept.output)).not.toEqual([])
    const json = JSON.parse(kept.output.split('\n').find((line) => line.startsWith('{')) as string)
    expect(json).toMatchObject({ engine: 'ksqldb/default_', runs: [{ equal: false, retention: 'forever' }] })
    const run = /--clean-up ([0-9a-f]{6})/.exec(kept.output)?.[1] as string
    expect(await playstream(home, ...verify('--clean-up', run))).toEqual({
      code: 0,
      output: `nothing is left of run ${run}`,
    })
    expect(await leftovers(kept.output)).toEqual([])
  })
})
