import type { Command } from 'commander'
import { drawSeed } from '../../producers/random.ts'
import { positiveInteger, rate, seed } from './arguments.ts'

/** The options of every command that generates traffic. */
export interface TrafficOptions {
  rate: number
  count?: number
  seed?: number
  start?: number
}

/** The default start of traffic with a seed. It is fixed, so that the seed alone determines the traffic. */
const SEEDED_START = Date.parse('2026-01-01T00:00:00Z')

/**
 * Adds `--rate`, `--count` and `--seed`.
 * @param unit what is generated, in the plural
 */
export function addTrafficOptions(command: Command, unit: 'records' | 'lines', defaultRate: string): Command {
  return command
    .option('--rate <n>', `${unit} per second, or 'max'`, rate, rate(defaultRate))
    .option('--count <n>', `stop after n ${unit} (default: at Ctrl-C)`, positiveInteger)
    .option(
      '--seed <n>',
      `repeat a run: the same seed, rate and start give the same ${unit} (default: random)`,
      seed,
    )
}

/** The options as the producers name them, times in ms. Without a count or a duration the traffic does not end. */
export function trafficPlan(options: TrafficOptions, durationMs: number | undefined, defaultStart: number) {
  return {
    seed: options.seed ?? drawSeed(),
    start: options.start ?? defaultStart,
    rate: options.rate,
    count: options.count ?? Number.POSITIVE_INFINITY,
    durationMs: durationMs ?? Number.POSITIVE_INFINITY,
  }
}

/** A default start that makes a run with a seed repeatable: a fixed time with a seed, otherwise now. */
export function repeatableStart(options: TrafficOptions): number {
  return options.seed === undefined ? Date.now() : SEEDED_START
}
