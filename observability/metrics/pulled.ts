import { Counter, Gauge, type Registry } from 'prom-client'

export type Labels = Readonly<Record<string, string>>
/** The present values of a metric, each with its labels. */
export type Samples = Iterable<readonly [labels: Labels, value: number]>

interface Named {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
}

/** Registers a counter whose values are read at each scrape. They must not fall while the process runs. */
export function pullCounter(registry: Registry, named: Named, samples: () => Samples): void {
  new Counter({
    ...settingsOf(registry, named),
    collect() {
      this.reset()
      for (const [labels, value] of samples()) this.inc(labels, value)
    },
  })
}

/** Registers a gauge whose values are read at each scrape. What is not known has no sample. */
export function pullGauge(registry: Registry, named: Named, samples: () => Samples): void {
  new Gauge({
    ...settingsOf(registry, named),
    collect() {
      this.reset()
      // A reset gauge without labels has a sample, 0.
      if (!named.labelNames?.length) this.remove()
      for (const [labels, value] of samples()) this.set(labels, value)
    },
  })
}

function settingsOf(registry: Registry, { name, help, labelNames = [] }: Named) {
  return { name, help, labelNames: [...labelNames], registers: [registry] }
}
