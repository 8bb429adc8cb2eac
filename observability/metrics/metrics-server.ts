import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PlaystreamError } from '../../catalog/errors.ts'
import type { MetricsRegistry } from './exposition.ts'

/** The address cannot be listened on. */
export class MetricsAddressError extends PlaystreamError {}

export interface MetricsOptions {
  /** Loopback unless somebody chose another. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly metrics: MetricsRegistry
  /** Why the process is not ready for work, in one line; undefined if it is. */
  readonly notReady: () => string | undefined
}

/** A running metrics server. */
export interface MetricsServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves `/metrics`, `/healthz` (the process is alive) and `/readyz` (it does its work; 503 with the reason if not).
 * @throws MetricsAddressError if the port is taken, or the address is none of this machine's
 */
export async function serveMetrics(options: MetricsOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    void answer(request, response, options).catch((error: Error) => {
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${error.message}\n`)
    })
  })
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  const host = options.host.includes(':') ? `[${options.host}]` : options.host
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  { url, method, headers }: IncomingMessage,
  response: ServerResponse,
  { metrics, notReady }: MetricsOptions,
): Promise<void> {
  const send = (status: number, text: string, contentType = 'text/plain; charset=utf-8') => {
    response.writeHead(status, { 'content-type': contentType, 'x-content-type-options': 'nosniff' })
    response.end(method === 'HEAD' ? undefined : text)
  }
  if (method !== 'GET' && method !== 'HEAD') return send(405, 'only GET and HEAD\n')
  switch (url?.split('?')[0]) {
    case '/metrics': {
      const { text, contentType } = await metrics.scrape(headers.accept)
      return send(200, text, contentType)
    }
    case '/healthz':
      return send(200, 'ok\n')
    case '/readyz': {
      const reason = notReady()
      return reason === undefined ? send(200, 'ok\n') : send(503, `${reason}\n`)
    }
    default:
      return send(404, 'there are /metrics, /healthz and /readyz\n')
  }
}

function listen(server: Server, { host, port }: MetricsOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? `port ${port} is taken on ${host}` : error.message
      reject(
        new MetricsAddressError(
          `metrics cannot be served: ${reason}; choose another --metrics-port or --metrics-host`,
        ),
      )
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}
