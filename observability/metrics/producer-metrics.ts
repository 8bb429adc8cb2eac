import type { Registry } from 'prom-client'
import { pullCounter } from './pulled.ts'

/** How far a producer is. */
export interface ProducerProgress {
  readonly sent: number
  readonly acknowledged: number
  readonly failures: number
}

/**
 * What the producers of this process have sent.
 * @param progress of each producer, by the topic that it writes; undefined before its first record
 */
export function registerProducerMetrics(
  registry: Registry,
  progress: () => Readonly<Record<string, ProducerProgress | undefined>>,
): void {
  const add = (name: string, help: string, value: (progress: ProducerProgress) => number) =>
    pullCounter(registry, { name: `playstream_producer_${name}_total`, help, labelNames: ['topic'] }, () =>
      Object.entries(progress()).map(([topic, one]) => [{ topic }, one ? value(one) : 0]),
    )
  add('records_sent', 'Records handed to the Kafka client.', ({ sent }) => sent)
  add('records_acknowledged', 'Records that all in-sync replicas have.', ({ acknowledged }) => acknowledged)
  add('failures', 'Failed requests and connections, also where a retry succeeded.', (one) => one.failures)
}
