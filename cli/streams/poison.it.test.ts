import fc from 'fast-check'
import { expect, test } from 'vitest'
import { STREAM_CLIENTS } from '../../kafka/stream/stream-client.ts'
import { INPUTS, oddRecords, PARTITIONS, poisoned } from '../testing/test-poison.ts'

// Small limits, so that large is small: the sizes that clusters have are in poison.long.test.ts.
const LIMIT = 20_000
const poison = poisoned({ inputs: 20 * LIMIT, others: LIMIT })

// One cluster for all clients: to start one takes longer than the rest.
test('no record that a broker took into an input topic ends a processor, on any client, and each becomes output or a dead letter', async () => {
  const { cluster } = poison
  for (const [seed, client] of STREAM_CLIENTS.entries()) {
    for (const topic of INPUTS) {
      const records = fc.sample(oddRecords(1.5 * LIMIT), { seed, numRuns: 10 })
      for (const [index, record] of records.entries()) await cluster.send(topic, record, index % PARTITIONS)
    }
    await cluster.sendGood()
    cluster.lines.length = 0
    await cluster.process(client)
    await cluster.expectAllAccountedFor()
    expect(cluster.lines.join('\n')).toMatch(
      /^[\w-]+: [\w-]+ partition \d offset \d+ is a dead letter: TOO_LARGE: [\w-]+ refused its output \(.+\)$/m,
    )
  }
  expect(await cluster.deadLetters('transactions')).toContain('NOT_JSON')
}, 180_000)
