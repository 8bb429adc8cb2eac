import { Registry, type RegistryContentType } from 'prom-client'

/** What a scraper gets. */
export interface Exposition {
  readonly contentType: string
  readonly text: string
}

/**
 * A registry whose metrics are written in the format that a scraper accepts: OpenMetrics 1.0, or Prometheus' older text
 * format. Scrapes are answered one after the other, because the registry knows one format at a time.
 */
export class MetricsRegistry {
  readonly registry = new Registry()
  #queue: Promise<unknown> = Promise.resolve()

  /** @param accept the scraper's Accept header */
  scrape(accept: string | undefined): Promise<Exposition> {
    const answer = this.#queue.then(async () => {
      const isOpenMetrics = accept?.includes('application/openmetrics-text') ?? false
      // The type of a registry names one format, although each can write both.
      const registry = this.registry as Registry<RegistryContentType>
      registry.setContentType(
        isOpenMetrics ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE,
      )
      return { text: await registry.metrics(), contentType: registry.contentType }
    })
    this.#queue = answer.catch(() => undefined)
    return answer
  }
}
