import type { Message } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { beginningOffsets, stableOffsets } from '../../kafka/clients/offsets.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import { REPLAY_CHUNK } from '../../kafka/dead-letters/dead-letter-replay.ts'
import { deadLetterTopics } from '../../kafka/dead-letters/dead-letters.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

// A runtime of its own: the topics of the catalog are everybody's on the shared one.
const cluster = ownCluster()
const { home } = cluster

function letter(topic: string, offset: number, error: string, change: Message): Message {
  const said = {
    topic,
    partition: 2,
    offset,
    processor: `${topic}-x`,
    error,
    message: `bad \x1b[31m ${error}`,
    ...(change.timestamp === undefined ? {} : { timestamp: change.timestamp }),
  }
  const added = Object.entries(said).map(([name, value]) => [`dead-letter-${name}`, String(value)])
  return { ...change, partition: 0, headers: { ...change.headers, ...Object.fromEntries(added) } }
}

async function write(topic: string, letters: readonly Message[]): Promise<void> {
  const writer = await Writer.connect(cluster.profile, 'test')
  await writer.send(topic, letters)
  await writer.close()
}

async function valuesOf(topic: string): Promise<string[]> {
  const admin = await connectAdmin(cluster.profile, 'test')
  const [from, to] = [await beginningOffsets(admin, topic), await stableOffsets(admin, topic)]
  await admin.disconnect()
  const values: string[] = []
  const reader = await Reader.start(cluster.profile, {
    application: 'test',
    topic,
    from,
    onBatch: (_, messages) => {
      for (const { value } of messages) values.push(String(value))
    },
  })
  await reader.reach(to, AbortSignal.timeout(30_000))
  await reader.close()
  return values
}

/** What a command that must succeed printed as JSON, line by line. */
async function json(...args: string[]): Promise<unknown[]> {
  const { code, output } = await playstream(home, ...args, '--json')
  expect({ code, output }).toMatchObject({ code: 0 })
  return output.split('\n').flatMap((line) => (/^[[{]/.test(line) ? [JSON.parse(line)] : []))
}

describe('playstream dlq', () => {
  test('lists, shows and replays, and replays nothing twice', async () => {
    await write('transactions-dlq', [
      letter('transactions', 1, 'NOT_JSON', { key: null, value: '{\x1b[2J\x9b', headers: { run: 'ab' } }),
      letter('transactions', 2, 'NO_ID', {
        key: 'k',
        value: Buffer.from([0, 255]),
        timestamp: '1600000000000',
      }),
      letter('transactions', 3, 'NO_ID', { key: 'k', value: '{}' }),
    ])

    const listed = {
      topic: 'transactions-dlq',
      of: 'transactions',
      records: 3,
      notReplayed: 3,
      causes: [
        { error: 'NO_ID', processor: 'transactions-x', records: 2 },
        { error: 'NOT_JSON', processor: 'transactions-x', records: 1 },
      ],
    }
    const others = deadLetterTopics
      .filter(({ name }) => name !== 'transactions-dlq')
      .map(({ name, of }) => ({ topic: name, of, records: 0, notReplayed: 0, causes: [] }))
    expect(await json('dlq', 'list')).toEqual([[listed, ...others]])
    const list = await playstream(home, 'dlq', 'list')
    expect(list.output).toMatch(/^transactions-dlq +3 +3$/m)
    expect(list.output).toMatch(/^NO_ID +transactions-x +2$/m)

    for (const name of ['transactions', 'transactions-dlq']) {
      expect(await json('dlq', 'show', name, '--error', 'NO_ID', '--limit', '1')).toEqual([
        {
          partition: 0,
          offset: 1,
          origin: { topic: 'transactions', partition: 2, offset: 2 },
          processor: 'transactions-x',
          error: 'NO_ID',
          message: 'bad \x1b[31m NO_ID',
          replayOf: null,
          timestamp: '2020-09-13T12:26:40.000Z',
          key: { text: 'k' },
          value: { base64: 'AP8=' },
          headers: [],
        },
      ])
    }
    const shown = await playstream(home, 'dlq', 'show', 'transactions', '--limit', '1')
    expect(shown.output).toContain('from transactions 2/1\n')
    expect(shown.output).toContain('  transactions-x: NOT_JSON: bad \\x1b[31m NOT_JSON\n')
    expect(shown.output).toContain('  key     -\n  value   {\\x1b[2J\\x9b\n  header  run: ab')
    const inJson = await playstream(home, 'dlq', 'show', 'transactions', '--json')
    expect(inJson.output).toContain('\\u009b')
    expect(shown.output + inJson.output).not.toMatch(/(?!\n)\p{Cc}/u)

    expect(await json('dlq', 'replay', 'transactions', '--dry-run', '--error', 'NO_ID')).toEqual([
      {
        topic: 'transactions-dlq',
        of: 'transactions',
        dryRun: true,
        waiting: 3,
        foreign: 0,
        causes: listed.causes.slice(0, 1),
      },
    ])
    const unasked = await playstream(home, 'dlq', 'replay', 'transactions')
    expect(unasked).toMatchObject({ code: 2, output: expect.stringContaining('add --yes') })
    expect(unasked.output).toContain('3 dead letters to write back to transactions (no replay is on record')
    expect(await valuesOf('transactions')).toEqual([])

    const outcome = { topic: 'transactions-dlq', of: 'transactions', foreign: 0, emptied: 0, stopped: false }
    expect(await json('dlq', 'replay', 'transactions', '--yes', '--limit', '1')).toEqual([
      { ...outcome, replayed: 1 },
    ])
    expect(await json('dlq', 'list')).toMatchObject([[{ records: 3, notReplayed: 2 }, ...others]])
    expect(await json('dlq', 'replay', 'transactions-dlq', '--yes')).toEqual([{ ...outcome, replayed: 2 }])
    const again = await playstream(home, 'dlq', 'replay', 'transactions')
    expect(again).toMatchObject({
      code: 0,
      output: expect.stringContaining('0 dead letters written back to transactions'),
    })
    expect(await valuesOf('transactions')).toHaveLength(3)
  })

  test.each([
    [
      ['show', 'player-state'],
      "'player-state' has no dead letters; choose one of: transactions-dlq (or transactions)",
    ],
    [['replay', 'nothing', '--yes'], "'nothing' has no dead letters"],
    [['replay', 'transactions', '--error', 'NO_ID', '--yes'], 'use --error only with --dry-run'],
    [['show', 'transactions', '--limit', '0'], 'at least 1'],
    [['purge'], 'dlq has: list, show, replay'],
  ])('%j is wrong usage', async (args, message) => {
    expect(await playstream(home, 'dlq', ...args)).toMatchObject({
      code: 2,
      output: expect.stringContaining(message),
    })
  })

  test('a replay after one that was killed with -9 loses no record and repeats at most a chunk', async () => {
    const COUNT = 30_000
    const all = Array.from({ length: COUNT }, (_, index) =>
      letter('transactions-by-id', index, 'NO_KEY', { key: null, value: String(index) }),
    )
    await write('transactions-by-id-dlq', all)
    const admin = await connectAdmin(cluster.profile, 'test')
    const killed = new Playstream(home, ['dlq', 'replay', 'transactions-by-id', '--yes'])
    await expect
      .poll(async () => (await stableOffsets(admin, 'transactions-by-id')).get(2), {
        timeout: 30_000,
        interval: 10,
      })
      .toBeGreaterThan(3 * REPLAY_CHUNK)
    killed.process.kill('SIGKILL')
    expect(await killed.ended).toBe('SIGKILL')
    await admin.disconnect()
    // Until the broker has forgotten the member that was killed.
    await expect
      .poll(
        async () => {
          const { code, output } = await playstream(home, 'dlq', 'replay', 'transactions-by-id', '--yes')
          if (code !== 0) expect(output).toContain('a replay of transactions-by-id-dlq is under way')
          return code
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe(0)
    const values = await valuesOf('transactions-by-id')
    expect(new Set(values).size).toBe(COUNT)
    expect(values.length - COUNT).toBeLessThanOrEqual(REPLAY_CHUNK)
  })

  test('Ctrl-C in a replay records what was written, says how many are left and ends with 130', async () => {
    const before = (await valuesOf('transactions-by-id')).length
    const COUNT = 30_000
    const all = Array.from({ length: COUNT }, (_, index) =>
      letter('transactions-by-id', index, 'NO_KEY', { key: null, value: `later ${index}` }),
    )
    await write('transactions-by-id-dlq', all)
    const admin = await connectAdmin(cluster.profile, 'test')
    const stopped = new Playstream(home, ['dlq', 'replay', 'transactions-by-id', '--yes', '--json'])
    await expect
      .poll(async () => (await stableOffsets(admin, 'transactions-by-id')).get(2), {
        timeout: 30_000,
        interval: 10,
      })
      .toBeGreaterThan(before)
    await admin.disconnect()
    stopped.process.kill('SIGINT')
    expect(await stopped.ended).toBe(130)
    const { replayed } = stopped.json<{ replayed: number; stopped: true }>()
    expect(stopped.output).toContain(
      `the next replay continues with the other ${(COUNT - replayed).toLocaleString('en-US')}`,
    )
    expect(await valuesOf('transactions-by-id')).toHaveLength(before + replayed)
    expect(await json('dlq', 'replay', 'transactions-by-id', '--yes')).toMatchObject([
      { replayed: COUNT - replayed },
    ])
    expect(await valuesOf('transactions-by-id')).toHaveLength(before + COUNT)
  })
})
