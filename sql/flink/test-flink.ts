import type { Home } from '../../local/home.ts'
import type { FlinkPorts } from '../../local/process/ports.ts'
import { Service } from '../../local/process/service.ts'
import { flinkAnswers, flinkCommand, installFlink, sqlGatewayUrl } from '../../local/services/flink.ts'
import { untilHealthy } from '../../local/services/health.ts'

/** The embedded Flink alone, to be killed while the broker keeps running. */
export class TestFlink {
  readonly url: string
  readonly #home: Home
  readonly #ports: FlinkPorts
  #service: Service | undefined

  constructor(home: Home, ports: FlinkPorts) {
    this.#home = home
    this.#ports = ports
    this.url = sqlGatewayUrl(ports)
  }

  /** Returns when Flink answers; its jobs may take a moment longer. */
  async start(): Promise<void> {
    await installFlink(this.#home, () => undefined)
    this.#service = await Service.start(flinkCommand(this.#home, this.#ports))
    await untilHealthy('Apache Flink', () => flinkAnswers(this.#ports), AbortSignal.timeout(60_000))
  }

  async kill(): Promise<void> {
    if (this.#service) process.kill(this.#service.process.pid, 'SIGKILL')
    await this.#service?.ended
  }

  async stop(): Promise<void> {
    await this.#service?.stop()
  }
}
