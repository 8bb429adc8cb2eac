import type { Loss } from '../../infra/deploy/deployment.ts'

/** Resources that hold data: listed by name. */
const NAMED: Readonly<Record<string, string>> = {
  kafka_topic: 'topics, with all their records',
  schema: 'schemas',
}

/** Resources that can be created again: only counted. */
const COUNTED: Readonly<Record<string, string>> = {
  environment: 'environment',
  kafka_cluster: 'Kafka cluster',
  ksql_cluster: 'ksqlDB cluster, with its state',
  flink_compute_pool: 'Flink compute pool, with its statements',
  service_account: 'accounts',
  api_key: 'API keys, which stop working at once',
}

/** What destroying a stage deletes, for a person who is about to confirm it. */
export function deletionSummary(stage: string, losses: readonly Loss[]): string {
  const byType = Map.groupBy(losses, ({ type }) => type)
  const lines = [`This permanently deletes from the stage ${stage}:`]
  for (const [type, what] of Object.entries(COUNTED)) {
    const count = byType.get(type)?.length ?? 0
    if (count > 0) lines.push(`  ${count} ${what}`)
  }
  for (const [type, what] of Object.entries(NAMED)) {
    const names = (byType.get(type) ?? []).map(({ name }) => name)
    if (names.length > 0) lines.push(`  ${names.length} ${what}: ${names.join(', ')}`)
  }
  return lines.join('\n')
}
