import { expect, test } from 'vitest'
import { deletionSummary } from './deletion-summary.ts'

test('a deletion summary names resources with data, counts other resources, and omits permissions', () => {
  const losses = [
    { type: 'environment', name: 'playstream' },
    { type: 'kafka_topic', name: 'logs' },
    { type: 'kafka_topic', name: 'game-events' },
    { type: 'schema', name: 'player-health' },
    { type: 'api_key', name: 'dashboard_kafka' },
    { type: 'kafka_acl', name: 'dashboard_read-topic-logs' },
  ]
  expect(deletionSummary('dev', losses)).toBe(
    [
      'This permanently deletes from the stage dev:',
      '  1 environment',
      '  1 API keys, which stop working at once',
      '  2 topics, with all their records: logs, game-events',
      '  1 schemas: player-health',
    ].join('\n'),
  )
})
