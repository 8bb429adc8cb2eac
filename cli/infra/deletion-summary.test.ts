import { expect, test } from 'vitest'
import { deletionSummary } from './deletion-summary.ts'

test('what is lost is named where it holds data, and counted where not', () => {
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
      'This deletes, for good, of the stage dev:',
      '  1 environment',
      '  1 API keys, which stop working at once',
      '  2 topics, with all their records: logs, game-events',
      '  1 schemas: player-health',
    ].join('\n'),
  )
})
