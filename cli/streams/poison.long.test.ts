import { expect, test } from 'vitest'
import { STREAM_CLIENTS } from '../../kafka/stream/stream-client.ts'
import { json, lineHeader, noise, poisoned, sshLine } from '../testing/test-poison.ts'

const poison = poisoned({ inputs: 8 * 2 ** 20 })

test('records of megabytes end no processor on topics as the catalog declares them, on any client', async () => {
  const { cluster } = poison
  for (const client of STREAM_CLIENTS) {
    const now = Date.now()
    const id = noise(1_500_000)
    await cluster.send('transactions', { value: json({ id }) })
    await cluster.send('transactions', { value: json({ id: noise(2_900_000) }) })
    // Larger than its output topic's limit until compressed, as it came.
    await cluster.send(
      'transactions',
      { value: json({ id: `zip-${client}`, memo: 'x'.repeat(7_000_000) }) },
      0,
      true,
    )
    await cluster.send('transactions', {
      value: json({ id: `micro-${client}` }),
      timestamp: String(now * 1_000),
    })
    await cluster.send('transactions', { value: Buffer.from(`{${noise(2_097_073)}`) })
    const key = Buffer.from('p')
    await cluster.send('game-events', { key, value: Buffer.from(noise(2_097_074)) })
    await cluster.send('logs', { value: sshLine(`Invalid user ${noise(3_000_000)} from 10.0.0.1 port 22`) })
    const failed = 'Failed password for root from 10.0.0.2 port 22 ssh2'
    await cluster.send('logs', { value: sshLine(failed, noise(1_500_000)) })
    await cluster.send('logs', { value: sshLine(failed, 'good', now * 1e6), timestamp: String(now * 1e6) })
    const headers = [lineHeader(`large-${client}:1`)]
    await cluster.send('logs-shipped', { value: sshLine(noise(7_800_000)), headers })
    await cluster.send('logs-shipped', {
      value: sshLine('a'),
      headers: [lineHeader(`${noise(1_500_000)}:1`)],
    })
    await cluster.sendGood()
    await cluster.process(client)
    await cluster.expectAllAccountedFor()
    const errors = (await cluster.deadLetters('transactions')).slice(-2)
    expect(errors.toSorted()).toEqual(['NOT_JSON', 'TOO_LARGE'])
    const unique = await cluster.keysOf('transactions-unique')
    expect(unique).toContain(`zip-${client}`)
    // A record whose time no topic accepts has the broker's time.
    expect(unique).toContain(`micro-${client}`)
    // Twice as large as its input, and smaller once compressed.
    expect(unique.includes(id)).toBe(true)
  }
}, 400_000)
