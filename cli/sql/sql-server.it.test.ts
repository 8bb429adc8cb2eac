import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { applyCatalog } from '../../kafka/provision/apply-catalog.ts'
import { runtimeOfFile } from '../../local/test-own-runtime.ts'
import { StandIn, type StandInOptions } from '../../sql/ksqldb/test-ksqldb-server.ts'
import { Playstream } from '../testing/test-playstream.ts'

// Every mistake a user can make with a server: one clear line, a non-zero exit, and nothing that a second apply cannot
// finish. The broker is the tests' own, because one of the mistakes is to have no topics.

const runtime = runtimeOfFile()
const { home } = runtime
const names = topics.map(({ name }) => name)
let standIn: StandIn | undefined

afterEach(async () => {
  if (standIn?.carriedOut.length) await sql({}, 'drop', '--delete-topics', '--yes')
  await standIn?.stop()
})

async function start(options: StandInOptions = {}): Promise<StandIn> {
  await standIn?.stop()
  standIn = await StandIn.start({ topics: names, ...options })
  return standIn
}

async function makeTopics(): Promise<void> {
  const admin = await connectAdmin(runtime.profile, 'test')
  await applyCatalog(admin, runtime.profile).finally(() => admin.disconnect())
}

async function sql(env: Readonly<Record<string, string>>, ...args: string[]) {
  const run = new Playstream(home, ['sql', ...args, '--url', standIn?.url ?? ''], env)
  return { code: await run.ended, output: run.output }
}

describe('sql apply on a cluster without topics', () => {
  test('names the missing topics and applies nothing, and succeeds once they exist', async () => {
    await start()
    expect(await sql({}, 'apply')).toEqual({
      code: 1,
      output:
        "playstream: the cluster has no topic transactions, game-events, logs; create the catalog's with: playstream topics apply",
    })
    expect(standIn?.carriedOut).toEqual([])
    await makeTopics()
    expect(await sql({}, 'apply')).toMatchObject({ code: 0 })
  })
})

describe('sql apply', () => {
  beforeAll(makeTopics)

  test('names the topic that the server does not see, and continues from there when repeated', async () => {
    const server = await start({ topics: names.filter((name) => name !== 'logs') })
    const refused = await sql({}, 'apply')
    expect(refused.code).toBe(1)
    expect(refused.output).toMatch(
      /^playstream: 08-ssh-attacks\.sql:\d+: Topic 'logs' does not exist\..*continues from here$/m,
    )
    server.topics.add('logs')
    expect(await sql({}, 'apply')).toMatchObject({ code: 0 })
    expect(await sql({}, 'plan')).toMatchObject({ code: 0 })
    for (const writers of server.written.values()) expect(writers).toEqual([...new Set(writers)])
  })

  test('shows what the server warns of', async () => {
    const server = await start()
    server.warningsOf = (statement) => (statement.includes('_FORGET (') ? ['the topic\nis empty'] : [])
    const { code, output } = await sql({}, 'apply')
    expect(code).toBe(0)
    expect(output).toMatch(/^warning: PLAYSTREAM_TRANSACTIONS_FORGET: the topic is empty$/m)
  })

  test.each(['processing.guarantee', 'cache.max.bytes.buffering'])(
    'applies nothing if the server forbids %s',
    async (setting) => {
      const server = await start({ denied: [setting] })
      const { code, output } = await sql({}, 'apply')
      expect(code).toBe(1)
      expect(output).toMatch(
        /^playstream: ksqlDB at .* would run queries with .*: set ksql\.streams\..* and restart it$/,
      )
      expect(server.carriedOut).toEqual([])
    },
  )

  test.each([401, 403] as const)(
    'says where the key comes from that the server answers %d',
    async (status) => {
      const server = await start({ credentials: { key: 'right', secret: 'right', status } })
      const env = { PLAYSTREAM_LOCAL_KSQLDB_API_KEY: 'KEY', PLAYSTREAM_LOCAL_KSQLDB_API_SECRET: 'hidden' }
      const { code, output } = await sql(env, 'apply')
      expect(code).toBe(1)
      expect(output).toMatch(
        new RegExp(
          `^playstream: ksqlDB at .* refuses the key KEY \\(${status}\\); .*PLAYSTREAM_LOCAL_KSQLDB_API_KEY`,
        ),
      )
      expect(output).not.toContain('hidden')
      expect(server.carriedOut).toEqual([])
    },
  )

  test('goes over https to a server whose certificate is known, and to no other', async () => {
    const { pfx, certificate } = selfSigned()
    const server = await start({ tls: { pfx, passphrase: PASSPHRASE } })
    const { code, output } = await sql({}, 'apply')
    expect(code).toBe(1)
    expect(output).toMatch(
      /^playstream: no ksqlDB server answers at https:\/\/[^\n]*self-signed certificate[^\n]*$/,
    )
    expect(server.carriedOut).toEqual([])
    expect(await sql({ NODE_EXTRA_CA_CERTS: certificate }, 'plan')).toMatchObject({
      code: 3,
      output: expect.stringMatching(/22 steps to apply/),
    })
  })
})

const PASSPHRASE = 'for-a-test'

/** A certificate for this machine, by the JDK's keytool. */
function selfSigned(): { pfx: Buffer; certificate: string } {
  const [store, certificate] = [join(home.folder, 'server.p12'), join(home.folder, 'server.pem')]
  const keytool = (...args: string[]) =>
    execFileSync('keytool', [...args, '-alias', 'server', '-keystore', store, '-storepass', PASSPHRASE], {
      stdio: 'pipe',
    })
  keytool(
    ...['-genkeypair', '-storetype', 'PKCS12', '-keyalg', 'EC', '-dname', 'CN=localhost', '-validity', '2'],
    ...['-ext', 'san=ip:127.0.0.1', '-ext', 'bc=ca:true'],
  )
  keytool('-exportcert', '-rfc', '-file', certificate)
  return { pfx: readFileSync(store), certificate }
}
