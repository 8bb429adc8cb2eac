import { isIP } from 'node:net'
import { type Command, InvalidArgumentError } from 'commander'

/** The options of a command that can serve its metrics. */
export interface MetricsOptions {
  metricsPort?: number
  metricsHost?: string
}

/** Where a metrics server listens. Port 0 lets the operating system choose one. */
export interface MetricsAddress {
  readonly host: string
  readonly port: number
}

const LOOPBACK = '127.0.0.1'
const LARGEST_PORT = 65_535
/** A host name as RFC 1123 has it: labels of letters, digits and hyphens. */
const HOST_NAME = /^(?=.{1,253}$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i

export const METRICS_HELP = `With --metrics-port the command serves http://HOST:PORT/metrics for Prometheus, /healthz and /readyz
while it runs. There is no authentication: choose a --metrics-host other than ${LOOPBACK} only on a
network that you trust.

Examples of metrics:
  --metrics-port 9400                          on this machine only
  --metrics-port 9400 --metrics-host 0.0.0.0   for a Prometheus on another machine or in a container
  --metrics-port 0                             on a free port, which standard error names`

/** Adds `--metrics-port` and `--metrics-host`. The help text of the command should end with METRICS_HELP. */
export function addMetricsOptions(command: Command): Command {
  return command
    .option(
      '--metrics-port <port>',
      'serve metrics and health checks on this TCP port, 0 for any free one (default: not served)',
      metricsPort,
    )
    .option(
      '--metrics-host <host>',
      `the address or host name to serve them on (default: ${LOOPBACK}, this machine only)`,
      metricsHost,
    )
}

/**
 * Where the command serves its metrics; undefined when nobody asked for them. Ends the command with wrong usage when there is a
 * host without a port.
 */
export function metricsAddressOf(command: Command, options: MetricsOptions): MetricsAddress | undefined {
  const { metricsPort: port, metricsHost: host } = options
  if (port !== undefined) return { host: host ?? LOOPBACK, port }
  if (host !== undefined)
    command.error(`--metrics-host ${host} serves nothing without a port: add --metrics-port <port>`)
  return undefined
}

/** A TCP port, or 0. @throws InvalidArgumentError for anything else */
export function metricsPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > LARGEST_PORT)
    throw new InvalidArgumentError(`It must be a port from 1 to ${LARGEST_PORT}, or 0 for any free one.`)
  return port
}

/**
 * An IP address, or a host name of this machine. An address that is all digits and dots is never taken for a name.
 * @throws InvalidArgumentError for anything else
 */
export function metricsHost(text: string): string {
  const isName = HOST_NAME.test(text) && !/^[\d.]+$/.test(text)
  if (isIP(text) === 0 && !isName)
    throw new InvalidArgumentError(
      'It must be an IP address like 0.0.0.0 or ::1, or a host name, without scheme, port and brackets.',
    )
  return text
}
