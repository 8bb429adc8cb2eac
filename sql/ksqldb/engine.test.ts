import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '../../kafka/profile/secret.ts'
import { apply } from '../apply/apply.ts'
import { deploymentOf } from '../apply/deployments.ts'
import type { QueryEvent } from '../apply/engine.ts'
import { MemoryRecord, targetOn } from '../apply/test-target.ts'
import type { SqlObject } from '../scripts/object.ts'
import { objectsOf } from '../scripts/test-objects.ts'
import { KsqlDb } from './engine.ts'
import { StandIn, type StandInOptions } from './test-ksqldb-server.ts'
import { Refusal } from './test-ksqldb-statements.ts'

let standIn: StandIn
const start = async (options: StandInOptions = {}) => {
  await standIn?.stop()
  standIn = await StandIn.start({ topics: ['in'], ...options })
}
beforeEach(() => start())
afterEach(async () => {
  await standIn.stop()
  standIn = undefined as unknown as StandIn
})

const fast = { pollMs: 1, retryMs: 1 }
const options = { replace: false, signal: new AbortController().signal }
const objects = objectsOf(`
  CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='in');
  CREATE STREAM PLAYSTREAM_B WITH (KAFKA_TOPIC='b', PARTITIONS=1) AS SELECT * FROM PLAYSTREAM_A;
  INSERT INTO PLAYSTREAM_B WITH (QUERY_ID='PLAYSTREAM_I') SELECT * FROM PLAYSTREAM_A;`)
const failing = (how: () => void, times: number) => {
  let left = times
  standIn.beforeStatement = () => {
    left -= 1
    if (left >= 0) how()
  }
}

describe('a statement', () => {
  test('that cannot be written now is retried', async () => {
    failing(() => {
      throw new Refusal(500, 'Could not write the statement into the command topic.')
    }, 3)
    await apply(objects, await targetOn(standIn), options)
    expect(standIn.carriedOut).toHaveLength(3)
  })

  // Messages seen on 8.2.3, and those that its sources and Kafka's producer give on the same path.
  test.each([
    'There is a newer producer with the same transactionalId which fences the current one.',
    'Producer attempted to produce with an old epoch.',
    'Producer attempted to update a transaction while another concurrent operation on the same transaction was ongoing.',
    'Timeout while initializing transaction to the KSQL command topic.\nIf you are running a single Kafka broker, …',
    'Cannot execute transactional method because we are in an error state',
    "Could not write the statement 'CREATE …' into the command topic: Timeout expired",
  ])('that is answered with 500 %j is retried', async (busy) => {
    failing(() => {
      throw new Refusal(500, busy)
    }, 3)
    await apply(objects, await targetOn(standIn), options)
    expect(standIn.carriedOut).toHaveLength(3)
  })

  test('that is answered with another 500 is not retried', async () => {
    let asked = 0
    standIn.beforeStatement = () => {
      asked += 1
      throw new Refusal(500, 'Failed to handle Ksql Statement. PLAYSTREAM_TRANSACTIONS_READ')
    }
    await expect(apply(objects, await targetOn(standIn), options)).rejects.toThrow(/Failed to handle/)
    expect(asked).toBe(1)
  })

  test('that ends a query counts as done if it was executed although the answer was an error', async () => {
    const { engine } = await targetOn(standIn)
    for (const object of objects) await engine.make(object, 'create')
    let left = 1
    standIn.afterStatement = () => {
      left -= 1
      if (left >= 0)
        throw new Refusal(
          500,
          'There is a newer producer with the same transactionalId which fences the current one.',
        )
    }
    await engine.end(['PLAYSTREAM_I'])
    expect([...standIn.queries.keys()]).not.toContain('PLAYSTREAM_I')
  })

  test('that was accepted although the answer was an error is not refused when it is retried', async () => {
    let left = 2
    standIn.afterStatement = () => {
      left -= 1
      if (left >= 0) throw new Refusal(500, 'Could not write the statement into the command topic.')
    }
    await apply(objects, await targetOn(standIn), options)
    expect(standIn.carriedOut).toHaveLength(3)
    expect(standIn.written.get('b')).toEqual(['CSAS_PLAYSTREAM_B', 'PLAYSTREAM_I'])
  })

  test('that an interrupted apply has sent is awaited, and not sent again', async () => {
    await start({ slowness: 3 })
    const record = new MemoryRecord()
    record.entries.set('PLAYSTREAM_A', deploymentOf(objects[0] as SqlObject, 'applying', new Date(0)))
    await fetch(`${standIn.url}/ksql`, {
      method: 'POST',
      body: JSON.stringify({ ksql: objects[0]?.statement.text }),
    })
    expect(standIn.carriedOut).toEqual([])
    const { steps } = await apply(objects, await targetOn(standIn, record), options)
    expect(steps.map(({ kind }) => kind)).toEqual(['record', 'create', 'create'])
    expect(standIn.carriedOut).toHaveLength(3)
  })

  test('that the server keeps refusing fails with the server’s message', async () => {
    failing(() => {
      throw new Refusal(500, 'Could not write the statement into the command topic.')
    }, 100)
    await expect(apply(objects, await targetOn(standIn), options)).rejects.toThrow(
      /^01-test\.sql:2: Could not write the statement/,
    )
  })

  test('that inserts has a query id, so that a second copy is refused and doubles nothing', async () => {
    const { engine } = await targetOn(standIn)
    for (const object of objects) await engine.make(object, 'create')
    await expect(engine.make(objects[2] as SqlObject, 'create')).rejects.toThrow(
      /PLAYSTREAM_I.*already exists/,
    )
    expect(standIn.written.get('b')).toEqual(['CSAS_PLAYSTREAM_B', 'PLAYSTREAM_I'])
  })
})

describe('the server', () => {
  test('that is down gives a one-line error with its address', async () => {
    const { url } = standIn
    await standIn.stop()
    await expect(KsqlDb.connect({ url, hint: 'see --url' })).rejects.toThrow(
      new RegExp(`^no ksqlDB server answers at ${url}: .*ECONNREFUSED.*; see --url$`),
    )
    await start()
  })

  test('that wants other credentials gives an error without the secret', async () => {
    await start({ credentials: { key: 'K', secret: 'right' } })
    await expect(KsqlDb.connect({ url: standIn.url })).rejects.toThrow(/requires credentials \(401\)/)
    const credentials = { key: 'K', secret: new Secret('wrong-secret') }
    const refused = KsqlDb.connect({ url: standIn.url, credentials })
    await expect(refused).rejects.toThrow(/refuses the key K \(401\)/)
    await expect(refused).rejects.not.toThrow(/wrong-secret/)
    const allowed = { key: 'K', secret: new Secret('right') }
    expect((await KsqlDb.connect({ url: standIn.url, credentials: allowed })).id).toBe('ksqldb/default_')
  })

  test('that forbids everything to these credentials gives an error too', async () => {
    await start({ credentials: { key: 'K', secret: 'right', status: 403 } })
    const credentials = { key: 'K', secret: new Secret('wrong-secret') }
    await expect(KsqlDb.connect({ url: standIn.url, credentials, hint: 'see X' })).rejects.toThrow(
      new RegExp(`^ksqlDB at ${standIn.url} refuses the key K \\(403\\); see X$`),
    )
  })

  test('that is silent gives an error after the time limit, with what was awaited', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    await expect(KsqlDb.connect({ url, timeoutMs: 50 })).rejects.toThrow(
      new RegExp(`^no ksqlDB server answers at ${url}: no answer within 0.05 s$`),
    )
    silent.closeAllConnections()
    silent.close()
  })

  test('that is not ksqlDB gives an error that says so', async () => {
    const other = createServer((_, response) => response.end('<html>hello</html>')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    await expect(KsqlDb.connect({ url })).rejects.toThrow(
      new RegExp(`^${url} does not answer /info as ksqlDB does: <html>hello</html>$`),
    )
    other.closeAllConnections()
    other.close()
  })

  test('whose statement never finishes gives an error, and the next apply finds its object', async () => {
    await start({ slowness: Number.POSITIVE_INFINITY })
    const engine = await KsqlDb.connect({ url: standIn.url, pollMs: 1, patienceMs: 30 })
    await expect(engine.make(objects[0] as SqlObject, 'create')).rejects.toThrow(
      /^ksqlDB at .* has not finished within 0\.03 s: waited for stream\/`PLAYSTREAM_A`\/create.*apply again$/,
    )
    expect(standIn.carriedOut).toEqual([])
  })

  test('that forbids to set its cache to 0 is sent no statement', async () => {
    await start({
      denied: ['cache.max.bytes.buffering'],
      properties: { 'processing.guarantee': 'exactly_once_v2' },
    })
    await expect(apply(objects, await targetOn(standIn), options)).rejects.toThrow(
      /cache\.max\.bytes\.buffering = 10000000.*set ksql\.streams\.cache\.max\.bytes\.buffering=0/,
    )
    expect(standIn.carriedOut).toEqual([])
  })

  test('without exactly-once is sent no statement', async () => {
    await start({ denied: ['processing.guarantee'] })
    await expect(apply(objects, await targetOn(standIn), options)).rejects.toThrow(/exactly_once_v2/)
    expect(standIn.carriedOut).toEqual([])
  })

  test('with another user’s query keeps what that query reads, and the next drop finishes', async () => {
    const record = new MemoryRecord()
    await apply(objects, await targetOn(standIn, record), options)
    await KsqlDb.connect({ url: standIn.url })
    const { engine } = await targetOn(standIn, record)
    const present = await engine.present()
    await engine.end(present.get('PLAYSTREAM_I')?.queries ?? [])
    const stream = present.get('PLAYSTREAM_A')
    if (!stream) throw new Error('there is no PLAYSTREAM_A')
    await expect(engine.drop(stream)).rejects.toThrow(
      /Cannot drop PLAYSTREAM_A.*queries read from this source/,
    )
  })
})

describe('a query', () => {
  const events = async (sql: string, limit: number, signal = options.signal) => {
    const engine = await KsqlDb.connect({ url: standIn.url, ...fast })
    const found: QueryEvent[] = []
    for await (const event of engine.query(sql, { signal, fromBeginning: true })) {
      found.push(event)
      if (found.length === limit) break
    }
    return found
  }
  beforeEach(async () => {
    await apply(objects.slice(0, 1), await targetOn(standIn), options)
    standIn.rows = [
      ['a;]', 1],
      ["it's", null],
    ]
  })

  test('that is continuous yields its rows as they arrive, and ends when the caller stops', async () => {
    expect(await events('SELECT * FROM PLAYSTREAM_A EMIT CHANGES', 3)).toEqual([
      { kind: 'columns', columns: ['ID', 'N'] },
      { kind: 'row', values: ['a;]', 1] },
      { kind: 'row', values: ["it's", null] },
    ])
  })

  test('that ends by itself ends the loop', async () => {
    expect(await events('SELECT * FROM PLAYSTREAM_A;', 100)).toHaveLength(3)
  })

  test('ends without an error when the signal is aborted', async () => {
    const stop = new AbortController()
    const engine = await KsqlDb.connect({ url: standIn.url })
    const rows = []
    for await (const event of engine.query('SELECT * FROM PLAYSTREAM_A EMIT CHANGES', {
      signal: stop.signal,
      fromBeginning: false,
    })) {
      rows.push(event)
      if (rows.length === 3) stop.abort()
    }
    expect(rows).toHaveLength(3)
  })

  test('with a mistake fails with the server’s message', async () => {
    await expect(events('SELECT * FROM NOWHERE', 1)).rejects.toThrow(/NOWHERE does not exist/)
  })
})
