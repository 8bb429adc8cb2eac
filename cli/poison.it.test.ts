import fc from 'fast-check'
import { expect, test } from 'vitest'
import { STREAM_CLIENTS } from '../kafka/stream-client.ts'
import { INPUTS, oddRecords, PARTITIONS, poisoned } from './test-poison.ts'

// Small limits, so that large is small: the sizes that clusters have are in poison.long.test.ts.
const LIMIT = 20_000
const poison = poisoned({ inputs: 20 * LIMIT, others: LIMIT })

test.each(STREAM_CLIENTS.map((client, index) => [client, index] as const))(
  'no record that a broker took into an input topic ends a processor on %s, and each becomes output or a dead letter',
  async (client, seed) => {
    const { cluster } = poison
    for (const topic of INPUTS) {
      const records = fc.sample(oddRecords(1.5 * LIMIT), { seed, numRuns: 10 })
      for (const [index, record] of records.entries()) await cluster.send(topic, record, index % PARTITIONS)
    }
    await cluster.sendGood()
    await cluster.process(client)
    await cluster.expectAllAccountedFor()
    const errors = await cluster.deadLetters('transactions')
    expect(errors).toContain('NOT_JSON')
    expect(cluster.lines.join('\n')).toMatch(
      /^[\w-]+: [\w-]+ partition \d offset \d+ is a dead letter: TOO_LARGE: [\w-]+ refused its output \(.+\)$/m,
    )
  },
)
