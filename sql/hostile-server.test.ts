import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { Engine } from './apply/engine.ts'
import { ENGINE_NAMES, ENGINES, type EngineName } from './engines.ts'
import { SqlError } from './errors.ts'
import { Connection as FlinkConnection } from './flink/connection.ts'
import { KsqlDb } from './ksqldb/engine.ts'

const PROFILE = 'hostile'
process.env.PLAYSTREAM_HOSTILE_BOOTSTRAP_SERVERS = '127.0.0.1:9'
process.env.PLAYSTREAM_HOSTILE_SECURITY_PROTOCOL = 'PLAINTEXT'
process.env.PLAYSTREAM_HOSTILE_REGISTRY_URL = 'http://127.0.0.1:9'

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000)
const ANSWERS = [
  'null',
  'true',
  '5',
  '"text"',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[5]',
  DEEP,
  `{"a":${DEEP}}`,
  '',
  'no JSON',
  '<html><h1>It works</h1></html>',
  '{"KsqlServerInfo":null}',
  '{"KsqlServerInfo":5}',
  '{"sessionHandle":null}',
  '{"sessionHandle":{"a":1}}',
  '{"errors":5}',
  '{"errors":{"a":[]}}',
  '[{"streams":5}]',
  '[{"streams":[null]}]',
  '[{"tables":[{"name":5}]}]',
  '[{"queries":[null]}]',
  '[{"queries":{"id":1}}]',
  '[{"properties":{}}]',
  '[{"properties":[null]}]',
  '[{"warnings":[null]}]',
  '{"commandStatuses":5}',
  '{"commandStatuses":{"PLAYSTREAM_":null}}',
  '{"jobs":null}',
  '{"jobs":[null]}',
  '{"jobs":[{"jid":5,"name":null,"state":7}]}',
  '{"properties":null}',
  '{"operationHandle":5}',
  '{"resultType":"EOS","results":{"columns":5,"data":null}}',
  '{"resultType":"PAYLOAD","results":{"columns":[null],"data":[null]},"nextResultUri":"@elsewhere.invalid/"}',
  '{"__proto__":{"a":1},"constructor":null}',
  '[{"header":{"schema":5}},\n{"row":{"columns":5}}]',
  '[{"row":5},\n{"errorMessage":5}]',
]

/** What the real servers answer first, so that the later requests are reached too. */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  'GET /info': '{"KsqlServerInfo":{"version":"8.2.3"},"productName":"Apache Flink","version":"2.2.0"}',
  'POST /v2/sessions': '{"sessionHandle":"s"}',
  'GET /v2/sessions/s': '{"properties":{"rest.address":"127.0.0.1","rest.port":"9"}}',
  'POST /v2/sessions/s/statements': '{"operationHandle":"o"}',
  'GET /status': '{"commandStatuses":{}}',
}

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serverThat(answer: (path: string, response: ServerResponse) => void): Promise<string> {
  const opened = createServer((request, response) => {
    request.resume()
    answer(`${request.method} ${request.url}`, response)
  })
  server = opened
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(opened.address() as { port: number }).port}`
}

/** Every call that the verbs of `sql` make to an engine, one after the other, with its outcome. */
async function everyVerb(name: EngineName, url: string): Promise<unknown[]> {
  const outcomes: unknown[] = []
  const attempt = async (work: () => Promise<unknown>) => {
    outcomes.push(await work().catch((error) => error))
  }
  let engine: Engine | undefined
  await attempt(async () => {
    engine = await ENGINES[name].connect(PROFILE, url)
  })
  if (!engine) return outcomes
  const found = engine
  const [first] = ENGINES[name].objects('sliding')
  await attempt(() => found.present())
  await attempt(() => found.requireGuarantees())
  await attempt(async () => first && found.check?.(first))
  await attempt(async () => first && found.make(first, 'create'))
  await attempt(() => found.drop({ name: 'PLAYSTREAM_X', kind: 'stream', queries: [], health: undefined }))
  await attempt(async () => {
    const options = { signal: new AbortController().signal, fromBeginning: true }
    for await (const event of found.query('SELECT 1', options)) if (event.kind === 'row') break
  })
  return outcomes
}

function expectOneLineEach(outcomes: readonly unknown[]): void {
  for (const error of outcomes.filter((outcome) => outcome instanceof Error)) {
    expect(error).toBeInstanceOf(SqlError)
    expect(error.message).not.toMatch(/\n/)
    expect(error.message.length).toBeLessThan(1_000)
  }
}

describe.each(ENGINE_NAMES)('a server at the address of %s', { timeout: 30_000 }, (name) => {
  test.each(ANSWERS.map((answer) => [answer.slice(0, 60), answer]))(
    'that answers everything with %s gives a one-line error',
    async (_, answer) => {
      const url = await serverThat((_path, response) => response.end(answer))
      const outcomes = await everyVerb(name, url)
      expectOneLineEach(outcomes)
      expect(outcomes.some((outcome) => outcome instanceof Error)).toBe(true)
    },
  )

  test.each(ANSWERS.map((answer) => [answer.slice(0, 60), answer]))(
    'that begins well and continues with %s gives at most a one-line error',
    async (_, answer) => {
      const url = await serverThat((path, response) => response.end(WELL_KNOWN[path] ?? answer))
      expectOneLineEach(await everyVerb(name, url))
    },
  )

  test.each([400, 404, 500])('that answers %i with an odd body gives a one-line error', async (status) => {
    for (const answer of ['null', '5', '[null]', '{"message":5}', '{"errors":7}', DEEP, '']) {
      const url = await serverThat((path, response) => {
        response.statusCode = WELL_KNOWN[path] ? 200 : status
        response.end(WELL_KNOWN[path] ?? answer)
      })
      expectOneLineEach(await everyVerb(name, url))
      server?.close()
    }
  })

  test('whose answer never ends is disconnected', async () => {
    const url = await serverThat((_path, response) => {
      const more = () => {
        while (response.write(' '.repeat(65_536)));
        response.once('drain', more)
      }
      response.on('error', () => undefined)
      more()
    })
    const [error] = await everyVerb(name, url)
    expect(String(error)).toMatch(/longer than 16 MiB/)
  })
})

test('a ksqlDB that never answers gives an error after the time limit', async () => {
  const url = await serverThat(() => undefined)
  await expect(KsqlDb.connect({ url, timeoutMs: 100 })).rejects.toThrow(/no answer within 0.1 s/)
})

test('a query that never starts gives an error after the time limit', async () => {
  const url = await serverThat((path, response) => {
    if (WELL_KNOWN[path]) response.end(WELL_KNOWN[path])
  })
  const engine = await KsqlDb.connect({ url, timeoutMs: 500 })
  const rows = engine.query('SELECT 1', { signal: new AbortController().signal, fromBeginning: true })
  await expect(rows[Symbol.asyncIterator]().next()).rejects.toThrow(/no answer within 0.5 s/)
})

test('a Flink that never ends its answer gives an error after the time limit', async () => {
  const url = await serverThat((_path, response) => response.write('{'))
  const connection = new FlinkConnection({ url, name: 'SQL gateway', hint: 'hint', timeoutMs: 100 })
  await expect(connection.ask('GET', '/info')).rejects.toThrow(/no answer within 0.1 s/)
})
