import { closeSync, openSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import { runtimeOfFile } from '../../local/test-own-runtime.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

const NO_SPACE = 'playstream: standard output cannot be written: no space left on the device (ENOSPC)'
const { home } = runtimeOfFile()

/** Runs a command whose reader is gone before it says its first word. */
async function unread(...args: string[]): Promise<{ code: number | string; output: string }> {
  const run = new Playstream(home, args)
  run.process.stdout?.destroy()
  const code = await run.ended
  return { code, output: run.output }
}

/** Runs a command whose standard output is a full disk. */
async function onFullDisk(...args: string[]): Promise<{ code: number | string; output: string }> {
  const full = openSync('/dev/full', 'w')
  try {
    const run = new Playstream(home, args, {}, full)
    const code = await run.ended
    return { code, output: run.output }
  } finally {
    closeSync(full)
  }
}

describe('a command that changes something finishes although nobody reads its output:', () => {
  test('topics apply', async () => {
    expect(await unread('topics', 'apply')).toMatchObject({ code: 0 })
    expect(await playstream(home, 'topics', 'diff')).toMatchObject({ code: 0 })
  })

  test('schemas apply, which also reports that the disk is full', async () => {
    const { code, output } = await onFullDisk('schemas', 'apply')
    expect(output).toBe(`${NO_SPACE}\nplaystream: the work goes on; its result is not shown`)
    expect(code).toBe(1)
    expect(await playstream(home, 'schemas', 'diff')).toMatchObject({ code: 0 })
  })

  test('dlq replay', async () => {
    const profile = {
      name: 'test',
      bootstrapServers: [(await status()).broker.address],
      tls: false,
      registry: { url: '' },
    } as const
    const writer = await Writer.connect(profile, 'test')
    const headers = {
      'dead-letter-topic': 'transactions',
      'dead-letter-partition': '0',
      'dead-letter-offset': '0',
    }
    const letters = Array.from({ length: 50 }, (_, index) => ({ value: `{${index}`, partition: 0, headers }))
    await writer.send('transactions-dlq', letters)
    await writer.close()
    expect(await unread('dlq', 'replay', 'transactions', '--yes')).toMatchObject({ code: 0 })
    const admin = await connectAdmin(profile, 'test')
    const ends = await admin.fetchTopicOffsets('transactions')
    await admin.disconnect()
    expect(ends.find(({ partition }) => partition === 0)?.offset).toBe('50')
  })
})

describe('a command that only reads', () => {
  test.each([
    'topics list',
    'consume transactions',
    'consume transactions --json',
    'dlq show transactions --json',
    'profile list',
    'status',
  ])('%s ends quietly where its reader has gone, and names a full disk in one line', async (words) => {
    expect(await unread(...words.split(' '))).toEqual({ code: 0, output: '' })
    expect(await onFullDisk(...words.split(' '))).toEqual({ code: 1, output: NO_SPACE })
  })
})

async function status(): Promise<{ broker: { address: string } }> {
  const run = new Playstream(home, ['status', '--json'])
  await run.ended
  return run.json()
}
