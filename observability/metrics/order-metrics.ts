import type { Registry } from 'prom-client'
import { pullCounter } from './pulled.ts'

/** What an order check has seen. */
export interface CheckedOrder {
  readonly events: number
  readonly undecodable: number
  readonly violations: number
  readonly missing: number
}

/** Whether each player's game events arrive in the order in which they were sent. */
export function registerOrderMetrics(registry: Registry, checked: () => CheckedOrder): void {
  const count = (name: string, help: string, value: (checked: CheckedOrder) => number) =>
    pullCounter(registry, { name: `playstream_order_${name}_total`, help }, () => [[{}, value(checked())]])
  count('checked_events', 'Decoded game events whose order was checked.', ({ events }) => events)
  count('undecodable_events', 'Game events that could not be decoded.', (one) => one.undecodable)
  count('violations', 'Game events that arrived after a later one, or twice.', (one) => one.violations)
  count('missing_events', 'Game events that had not arrived before a later one.', ({ missing }) => missing)
}
