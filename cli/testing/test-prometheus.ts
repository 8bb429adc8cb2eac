import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { freeBase } from '../../local/process/ports.ts'
import { textOf } from '../../observability/monitoring-files.ts'
import { prometheusFiles } from '../../observability/prometheus/files.ts'
import type { Timing } from '../../observability/prometheus/timing.ts'

export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0

/** The shipped rules in a hurry. */
export const HURRY: Timing = { scrape: 1, evaluate: 1, window: 5, patience: 5, quiet: 8 }

/** A Prometheus server with our configuration, in a folder of its own. */
export class Prometheus {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #url: string

  private constructor(process: ChildProcess, folder: string, url: string) {
    this.#process = process
    this.#folder = folder
    this.#url = url
  }

  /** @param urls of the servers to scrape, by job */
  static async start(urls: Readonly<Record<string, string>>): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'playstream-prometheus-'))
    const scraped = Object.entries(urls).map(([job, url]) => ({ job, port: Number(new URL(url).port) }))
    const files = prometheusFiles(HURRY, scraped)
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), textOf(name, content))
    const address = `127.0.0.1:${await freeBase()}`
    const config = [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
    ]
    const child = spawn('prometheus', [...config, `--web.listen-address=${address}`], { stdio: 'ignore' })
    const server = new Prometheus(child, folder, `http://${address}`)
    const isReady = async () => (await fetch(`http://${address}/-/ready`).catch(() => undefined))?.ok === true
    await vi.waitUntil(isReady, { timeout: 30_000, interval: 100 })
    return server
  }

  /** The result of a query: the labels of each series. */
  async query(query: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const response = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(query)}`)
    const { data, error } = (await response.json()) as {
      data?: { result: { metric: Record<string, string> }[] }
      error?: string
    }
    if (!data) throw new Error(`${query}: ${error}`)
    return data.result.map(({ metric }) => metric)
  }

  /** Waits until a query has a result. */
  async sees(query: string): Promise<void> {
    await vi.waitUntil(async () => (await this.query(query)).length > 0, { timeout: 60_000, interval: 250 })
  }

  /** Waits until an alert fires. */
  async fires(alert: string, labels = ''): Promise<void> {
    const query = `ALERTS{alertname="${alert}",alertstate="firing"${labels && `,${labels}`}}`
    await this.sees(query).catch(async (error) => {
      const alerts = await this.query('ALERTS')
      throw new Error(`${alert} does not fire; alerts: ${JSON.stringify(alerts)}`, { cause: error })
    })
  }

  /** The alerts that have fired so far, each with what it is about. */
  async fired(): Promise<string[]> {
    const alerts = await this.query('count_over_time(ALERTS{alertstate="firing"}[10m])')
    return alerts.map(({ alertname, topic, consumergroup }) =>
      `${alertname} ${topic ?? consumergroup ?? ''}`.trim(),
    )
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGKILL')
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
