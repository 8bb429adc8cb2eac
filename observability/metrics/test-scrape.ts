/** The samples of a scrape: by name, the labels and the value of each. */
export type Scraped = ReadonlyMap<
  string,
  readonly (readonly [labels: Record<string, string>, value: number])[]
>

/** Reads Prometheus' text format, as far as prom-client writes it. */
export function parseExposition(text: string): Scraped {
  const samples = new Map<string, [Record<string, string>, number][]>()
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? []
    if (name === undefined || line.startsWith('#')) continue
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text])
    const known = samples.get(name) ?? []
    known.push([Object.fromEntries(pairs), Number(value)])
    samples.set(name, known)
  }
  return samples
}

/** Scrapes a metrics server. */
export async function scrape(url: string): Promise<Scraped> {
  const response = await fetch(`${url}/metrics`)
  if (!response.ok) throw new Error(`${url}/metrics answers ${response.status}: ${await response.text()}`)
  return parseExposition(await response.text())
}

/** The sum of all samples of a metric that have these labels. */
export function sumOf(scraped: Scraped, name: string, labels: Record<string, string> = {}): number {
  return (scraped.get(name) ?? [])
    .filter(([own]) => Object.entries(labels).every(([key, value]) => own[key] === value))
    .reduce((sum, [, value]) => sum + value, 0)
}
