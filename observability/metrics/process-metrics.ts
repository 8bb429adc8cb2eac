import { collectDefaultMetrics, type Registry } from 'prom-client'
import { pullGauge } from './pulled.ts'

/**
 * What every Node process exports: `process_*` and `nodejs_*` (memory, processor time, garbage collection, and the delay
 * of the event loop as perf_hooks measures it), and whether the process is ready for work.
 * @param notReady as /readyz has it
 */
export function registerProcessMetrics(registry: Registry, notReady: () => string | undefined): void {
  collectDefaultMetrics({ register: registry })
  pullGauge(
    registry,
    { name: 'playstream_ready', help: '1 if the process is ready for work, 0 if not.' },
    () => [[{}, notReady() === undefined ? 1 : 0]],
  )
}
