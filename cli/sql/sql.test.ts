import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryHome } from '../../local/temporary-home.ts'
import { KsqlDb } from '../../sql/ksqldb/engine.ts'
import { StandIn } from '../../sql/ksqldb/test-ksqldb-server.ts'
import { objectsOf } from '../../sql/scripts/test-objects.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

// Tests without Kafka.

const home = temporaryHome()
afterAll(() => rmSync(home.folder, { recursive: true, force: true }))

let standIn: StandIn
beforeEach(async () => {
  standIn = await StandIn.start({ topics: ['in'] })
  const engine = await KsqlDb.connect({ url: standIn.url })
  for (const object of objectsOf("CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='in');"))
    await engine.make(object, 'create')
  standIn.rows = [
    ['a\u001b[2J', 1],
    ['b', null],
  ]
})
afterEach(() => standIn.stop())

const EMIT = 'SELECT * FROM PLAYSTREAM_A EMIT CHANGES'

describe('playstream sql query', () => {
  test('prints rows as they arrive, and stops at the limit', async () => {
    expect(await playstream(home, 'sql', 'query', EMIT, '--limit', '2', '--url', standIn.url)).toEqual({
      code: 0,
      output: 'ID\tN\na\\x1b[2J\t1\nb\tnull',
    })
  })

  test('prints one object per row with --json', async () => {
    const { output } = await playstream(
      home,
      'sql',
      'query',
      EMIT,
      '--limit',
      '2',
      '--json',
      '--url',
      standIn.url,
    )
    expect(output.split('\n').map((line) => JSON.parse(line))).toEqual([
      { ID: 'a\u001b[2J', N: 1 },
      { ID: 'b', N: null },
    ])
  })

  test('runs until Ctrl-C, which is not a failure', async () => {
    const run = new Playstream(home, ['sql', 'query', EMIT, '--url', standIn.url])
    await run.says(/^b\t/)
    run.process.kill('SIGINT')
    expect(await run.ended).toBe(0)
  })

  test('reports a mistake in the query with the server’s message, in one line', async () => {
    expect(await playstream(home, 'sql', 'query', 'SELECT * FROM NOWHERE', '--url', standIn.url)).toEqual({
      code: 1,
      output: 'playstream: NOWHERE does not exist.',
    })
  })
})

describe('playstream sql', () => {
  test.each(['plan', 'apply', 'status', 'drop'])(
    '%s reports in one line that no server answers',
    async (verb) => {
      const { code, output } = await playstream(home, 'sql', verb, '--url', 'http://127.0.0.1:9')
      expect(code).toBe(1)
      expect(output).toMatch(
        /^playstream: no ksqlDB server answers at http:\/\/127\.0\.0\.1:9: .*--url or PLAYSTREAM_LOCAL_KSQLDB_URL[^\n]*$/,
      )
    },
  )

  test('drop --delete-topics without a terminal and without --yes is wrong usage', async () => {
    const { code, output } = await playstream(home, 'sql', 'drop', '--delete-topics', '--url', standIn.url)
    expect({ code, output }).toEqual({
      code: 2,
      output: expect.stringMatching(/no terminal to ask for confirmation: add --yes$/),
    })
  })

  test('refuses an unknown engine', async () => {
    expect(await playstream(home, 'sql', 'plan', '--engine', 'spark')).toMatchObject({
      code: 2,
      output: expect.stringMatching(/It must be ksqldb or flink\.|It must be ksqldb, flink\./),
    })
  })
})
