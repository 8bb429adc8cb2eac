import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../engines.ts'
import { StandIn } from '../ksqldb/test-ksqldb-server.ts'
import type { SqlObject } from '../scripts/object.ts'
import { ksqlDbScripts, objectsOf } from '../scripts/test-objects.ts'
import { apply } from './apply.ts'
import { deploymentOf } from './deployments.ts'
import { drop, planDrop } from './drop.ts'
import { MemoryRecord, targetOn } from './test-target.ts'

let standIn: StandIn
beforeEach(async () => {
  standIn = await StandIn.start({ slowness: 2 })
})
afterEach(() => standIn.stop())

const never = new AbortController().signal
const careful = { replace: false, signal: never }
const freely = { replace: true, signal: never }

describe('apply', () => {
  test('creates every object of the scripts, and then has nothing to do', async () => {
    const record = new MemoryRecord()
    const objects = ksqlDbScripts('sliding')
    await apply(objects, await targetOn(standIn, record), careful)
    expect([...standIn.sources.keys()].toSorted()).toEqual(objects.map(({ name }) => name).toSorted())
    const again = await apply(objects, await targetOn(standIn, record), careful)
    expect(again.steps).toEqual([])
    expect(standIn.carriedOut).toHaveLength(objects.length)
  })

  test('starts every query exactly once, without a cache and from the earliest record', async () => {
    await apply(ksqlDbScripts('forever'), await targetOn(standIn), careful)
    for (const { settings } of standIn.queries.values()) {
      expect(settings).toEqual({
        'ksql.streams.processing.guarantee': 'exactly_once_v2',
        'ksql.streams.cache.max.bytes.buffering': '0',
        'ksql.streams.auto.offset.reset': 'earliest',
        'ksql.streams.default.timestamp.extractor':
          'org.apache.kafka.streams.processor.UsePartitionTimeOnInvalidTimestamp',
      })
    }
  })

  test('starts queries without the setting for records without a time if the server refuses it', async () => {
    await standIn.stop()
    standIn = await StandIn.start({ denied: ['default.timestamp.extractor'] })
    await apply(ksqlDbScripts('sliding'), await targetOn(standIn), careful)
    expect(standIn.queries.size).toBeGreaterThan(10)
    for (const { settings } of standIn.queries.values())
      expect(settings).toMatchObject({ 'ksql.streams.processing.guarantee': 'exactly_once_v2' })
  })

  test('changes from one retention to the other by replacing the affected objects only', async () => {
    const record = new MemoryRecord()
    await apply(ksqlDbScripts('sliding'), await targetOn(standIn, record), careful)
    const before = standIn.carriedOut.length
    await expect(apply(ksqlDbScripts('forever'), await targetOn(standIn, record), careful)).rejects.toThrow(
      /--replace/,
    )
    expect(standIn.carriedOut).toHaveLength(before)
    await apply(ksqlDbScripts('forever'), await targetOn(standIn, record), freely)
    expect(standIn.sources.has('PLAYSTREAM_TRANSACTIONS_SESSIONS')).toBe(false)
    expect(standIn.written.get('sql-transactions-unique')).toEqual(['CSAS_PLAYSTREAM_TRANSACTIONS_FIRST'])
    expect(standIn.written.get('sql-transactions-by-id')).toHaveLength(1)
    expect(standIn.carriedOut.slice(before).join('\n')).not.toContain('PLAYSTREAM_SSH')
    expect((await apply(ksqlDbScripts('forever'), await targetOn(standIn, record), careful)).steps).toEqual(
      [],
    )
  })

  test.each(['applied', 'dropping', 'dropped'] as const)(
    'creates nothing if objects that another engine has %s fill the same topics, and names the fix',
    async (state) => {
      const record = new MemoryRecord()
      const [job] = ENGINES.flink.objects('sliding')
      const deployment = deploymentOf(job as SqlObject, state, new Date(0))
      record.others = [{ engine: 'flink', deployment: { ...deployment, url: 'http://flink.example:8083' } }]
      await expect(apply(ksqlDbScripts('sliding'), await targetOn(standIn, record), freely)).rejects.toThrow(
        new RegExp(
          `^sql-transactions-unique is filled by another engine, flink \\(playstream-transactions, ${state} at 1970-01-01T00:00:00.000Z\\).*: playstream sql drop --engine flink --url http://flink\\.example:8083 --delete-topics$`,
        ),
      )
      expect(standIn.carriedOut).toEqual([])
      expect(record.entries.size).toBe(0)
    },
  )

  test('accepts another engine that only reads the topics', async () => {
    const record = new MemoryRecord()
    const [object] = objectsOf(`CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='sql-player-state');`)
    const deployment = deploymentOf(object as SqlObject, 'applied', new Date())
    record.others = [{ engine: 'ksqldb/other_', deployment }]
    await apply(ksqlDbScripts('sliding'), await targetOn(standIn, record), careful)
    expect(record.entries.size).toBe(ksqlDbScripts('sliding').length)
  })

  test('reports a typo with the file, the line, the statement and the server’s message', async () => {
    standIn.topics.add('in')
    const objects = objectsOf(`-- two\nCREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='in');\n
      CREATE STREAM PLAYSTREAM_B WITH (KAFKA_TOPIC='out', KEY_FROMAT='KAFKA') AS SELECT * FROM PLAYSTREAM_A;`)
    const record = new MemoryRecord()
    await expect(apply(objects, await targetOn(standIn, record), careful)).rejects.toThrow(
      /^01-test\.sql:4: Invalid config variable.*KEY_FROMAT.*\(PLAYSTREAM_B; the statement: CREATE STREAM PLAYSTREAM_B/,
    )
    expect([...standIn.sources.keys()]).toEqual(['PLAYSTREAM_A'])
    const mended = objectsOf(`CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='in');
      CREATE STREAM PLAYSTREAM_B WITH (KAFKA_TOPIC='out', KEY_FORMAT='KAFKA') AS SELECT * FROM PLAYSTREAM_A;`)
    await apply(mended, await targetOn(standIn, record), careful)
    expect(standIn.written.get('out')).toEqual(['CSAS_PLAYSTREAM_B'])
  })
})

describe('apply', () => {
  test('records each object with the address of the server', async () => {
    const record = new MemoryRecord()
    await apply(ksqlDbScripts('sliding'), await targetOn(standIn, record), careful)
    for (const { url } of record.entries.values()) expect(url).toBe(standIn.url)
  })

  test('drops a declaration that is in no script any more without --replace', async () => {
    const record = new MemoryRecord()
    standIn.topics.add('in')
    const declared = objectsOf("CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='in');")
    await apply(declared, await targetOn(standIn, record), careful)
    await apply([], await targetOn(standIn, record), careful)
    expect([...standIn.sources.keys()]).toEqual([])
  })

  test('names only objects with a query if --replace is missing', async () => {
    const record = new MemoryRecord()
    standIn.topics.add('in')
    const text = (column: string) => `CREATE STREAM PLAYSTREAM_A (${column} INT) WITH (KAFKA_TOPIC='in');
      CREATE STREAM PLAYSTREAM_B WITH (KAFKA_TOPIC='b') AS SELECT * FROM PLAYSTREAM_A;`
    await apply(objectsOf(text('X')), await targetOn(standIn, record), careful)
    await expect(apply(objectsOf(text('Y')), await targetOn(standIn, record), careful)).rejects.toThrow(
      /^this takes dropping PLAYSTREAM_B with the state of their queries and deleting/,
    )
  })
})

describe('drop', () => {
  test('drops everything that was applied, readers first, and leaves the topics', async () => {
    const record = new MemoryRecord()
    await apply(ksqlDbScripts('sliding'), await targetOn(standIn, record), careful)
    const target = await targetOn(standIn, record)
    const wanted = await planDrop(target.engine, target.deployments)
    await drop(wanted, target, { deleteTopics: false, signal: never })
    expect([...standIn.sources.keys(), ...standIn.queries.keys()]).toEqual([])
    expect(standIn.topics).toContain('sql-transactions-unique')
  })

  test('leaves nothing with --delete-topics, so that the next apply starts from scratch', async () => {
    const record = new MemoryRecord()
    const objects = ksqlDbScripts('sliding')
    await apply(objects, await targetOn(standIn, record), careful)
    const target = await targetOn(standIn, record)
    const wanted = await planDrop(target.engine, target.deployments)
    await drop(wanted, target, { deleteTopics: true, signal: never })
    expect(standIn.topics).not.toContain('sql-transactions-unique')
    expect(standIn.topics).toContain('transactions')
    await apply(objects, await targetOn(standIn, record), careful)
    expect(standIn.written.get('sql-transactions-unique')).toHaveLength(1)
  })
})
