const RUNS = 5

/** Result of a measurement over several runs. */
export interface Measurement {
  readonly name: string
  readonly unit: string
  readonly min: number
  readonly median: number
  readonly max: number
}

/** Runs a measurement once to warm up, then RUNS times, each with its own seed. */
export async function measure(
  name: string,
  unit: string,
  run: (seed: number) => Promise<number>,
): Promise<Measurement> {
  await run(0)
  const results: number[] = []
  for (let seed = 1; seed <= RUNS; seed += 1) {
    results.push(await run(seed))
    process.stderr.write(`${name}: ${Math.round(results.at(-1) ?? 0).toLocaleString('en-US')} ${unit}\n`)
  }
  return measurementOf(name, unit, results)
}

export function measurementOf(name: string, unit: string, results: readonly number[]): Measurement {
  const sorted = results.toSorted((a, b) => a - b)
  return {
    name,
    unit,
    min: sorted[0] ?? 0,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    max: sorted.at(-1) ?? 0,
  }
}
