import type { Registry } from 'prom-client'
import { registerDetectorMetrics } from '../observability/metrics/detector-metrics.ts'
import { registerOrderMetrics } from '../observability/metrics/order-metrics.ts'
import {
  processorsNotReady,
  type RunningProcessors,
  registerProcessorMetrics,
} from '../observability/metrics/processor-metrics.ts'
import { type ProducerProgress, registerProducerMetrics } from '../observability/metrics/producer-metrics.ts'
import { registerShipperMetrics } from '../observability/metrics/shipper-metrics.ts'
import { processorsOf } from '../observability/ssh/attacks/detector.ts'
import { DEFAULTS } from '../streams/runtime/start-processor.ts'
import type { GameWatch } from './game-watch.ts'
import type { PlatformLogs } from './platform-logs.ts'

/** The parts of the demo that have metrics. */
export interface DemoParts {
  /** How far the producers are, by topic. */
  readonly sent: () => Readonly<Record<string, ProducerProgress>>
  /** The processors besides the attack detector's. */
  readonly processors: RunningProcessors['processors']
  readonly game: GameWatch
  readonly logs: PlatformLogs
}

/**
 * Registers what the parts of the demo would export as processes of their own.
 * @returns why the demo's processors are not ready for work; undefined if they are
 */
export function registerDemoMetrics(
  registry: Registry,
  { sent, processors, game, logs }: DemoParts,
): () => string | undefined {
  const running = {
    client: DEFAULTS.client,
    processors: { ...processors, ...processorsOf(logs.detector) },
  }
  registerProducerMetrics(registry, sent)
  registerProcessorMetrics(registry, running)
  registerDetectorMetrics(registry, { metrics: logs.detector, watch: logs.attacks })
  registerShipperMetrics(registry, () => logs.shipMetrics)
  registerOrderMetrics(registry, () => {
    const { events, undecodable, order } = game
    return { events, undecodable, violations: order.violations, missing: order.missing }
  })
  return () => processorsNotReady(running)
}
