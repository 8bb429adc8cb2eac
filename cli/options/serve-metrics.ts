import type { Command } from 'commander'
import type { Registry } from 'prom-client'
import { MetricsRegistry } from '../../observability/metrics/exposition.ts'
import {
  type MetricsOptions as ServerOptions,
  serveMetrics,
} from '../../observability/metrics/metrics-server.ts'
import { registerProcessMetrics } from '../../observability/metrics/process-metrics.ts'
import {
  processorsNotReady,
  type RunningProcessors,
  registerProcessorMetrics,
} from '../../observability/metrics/processor-metrics.ts'
import { say } from '../terminal/log.ts'
import { type MetricsAddress, type MetricsOptions, metricsAddressOf } from './metrics-options.ts'

export interface ServedMetrics {
  /** Registers the metrics of the command, besides those of every process. */
  readonly register: (registry: Registry) => void
  /** Why the command is not ready for work; undefined if it is. */
  readonly notReady: () => string | undefined
}

/** What a command serves that runs nothing but processors. */
export function servedProcessors(running: RunningProcessors): ServedMetrics {
  return {
    register: (registry) => registerProcessorMetrics(registry, running),
    notReady: () => processorsNotReady(running),
  }
}

/**
 * Does the work of a command and serves its metrics until the work is over, if the options ask for that.
 * @throws MetricsAddressError before the work begins, if the address cannot be listened on
 */
export async function whileServingMetrics<T>(
  command: Command,
  options: MetricsOptions,
  { register, notReady }: ServedMetrics,
  work: () => Promise<T>,
): Promise<T> {
  const address = metricsAddressOf(command, options)
  if (!address) return work()
  const metrics = metricsOfProcess(notReady)
  register(metrics.registry)
  return whileServing(address, { metrics, notReady }, work)
}

/** A registry with what every process exports. */
export function metricsOfProcess(notReady: () => string | undefined): MetricsRegistry {
  const metrics = new MetricsRegistry()
  registerProcessMetrics(metrics.registry, notReady)
  return metrics
}

/**
 * Does work, and serves metrics at an address until the work is over.
 * @throws MetricsAddressError before the work begins, if the address cannot be listened on
 */
export async function whileServing<T>(
  address: MetricsAddress | undefined,
  { metrics, notReady }: Pick<ServerOptions, 'metrics' | 'notReady'>,
  work: () => Promise<T>,
): Promise<T> {
  if (!address) return work()
  const server = await serveMetrics({ ...address, metrics, notReady })
  say(`metrics at ${server.url}/metrics`)
  try {
    return await work()
  } finally {
    await server.close()
  }
}
