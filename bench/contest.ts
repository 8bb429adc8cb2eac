import { type Measurement, measurementOf } from './measure.ts'

/** Something to compare, by its name in the results. */
export type Contestant<T> = readonly [name: string, contestant: T]

export interface ContestOptions<T> {
  readonly unit: string
  /** Measured turns of each contestant. */
  readonly turns: number
  /** Turns before them, whose results are dropped. */
  readonly warmUps: number
  /** Runs a contestant once and returns its rate. `turn` counts from 1, warm-ups included. */
  readonly run: (contestant: T, turn: number, name: string) => Promise<number> | number
}

/** Measures contestants in interleaved turns, so that other load on the machine affects all of them alike. */
export async function contest<T>(
  contestants: readonly Contestant<T>[],
  { unit, turns, warmUps, run }: ContestOptions<T>,
): Promise<Measurement[]> {
  const rates = new Map(contestants.map(([name]) => [name, [] as number[]]))
  for (let turn = 1; turn <= warmUps + turns; turn += 1) {
    for (const [name, contestant] of contestants) {
      const rate = await run(contestant, turn, name)
      process.stderr.write(`${name}: ${Math.round(rate).toLocaleString('en-US')} ${unit}\n`)
      if (turn > warmUps) rates.get(name)?.push(rate)
    }
  }
  return [...rates].map(([name, all]) => measurementOf(name, unit, all))
}
