import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { AlertMetrics } from '../alerts/delivery.ts'
import { zeroCounters } from '../ship/metrics.ts'
import { detectorMetrics, processorsOf } from '../ssh/attacks/detector.ts'
import { registerClusterMetrics } from './cluster-metrics.ts'
import { registerDetectorMetrics } from './detector-metrics.ts'
import { MetricsRegistry } from './exposition.ts'
import { registerOrderMetrics } from './order-metrics.ts'
import { registerProcessMetrics } from './process-metrics.ts'
import { registerProcessorMetrics } from './processor-metrics.ts'
import { registerProducerMetrics } from './producer-metrics.ts'
import { registerShipperMetrics } from './shipper-metrics.ts'

export const SHIPPED = {
  ...zeroCounters(),
  retries: 0,
  files: 0,
  leftOut: 0,
  damaged: 0,
  failing: 0,
  lag: 0,
  delaySeconds: 0,
}

/** A registry with everything that any command exports. */
export function registryOfAll(): MetricsRegistry {
  const metrics = new MetricsRegistry()
  const { registry } = metrics
  const detector = detectorMetrics()
  const watch = { open: 0, opened: 0, closed: 0, critical: 0 }
  registerProcessMetrics(registry, () => undefined)
  registerClusterMetrics(registry, 'local', () => undefined)
  registerProcessorMetrics(registry, {
    client: 'platformatic',
    processors: { ...processorsOf(detector), 'transactions-dedup': new ProcessorMetrics() },
  })
  registerDetectorMetrics(registry, { metrics: detector, watch, alerts: new AlertMetrics() })
  registerShipperMetrics(registry, () => SHIPPED)
  registerProducerMetrics(registry, () => ({ 'game-events': undefined }))
  registerOrderMetrics(registry, () => ({ events: 0, undecodable: 0, violations: 0, missing: 0 }))
  return metrics
}
