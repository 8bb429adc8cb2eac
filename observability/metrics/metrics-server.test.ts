import { expect, onTestFinished, test } from 'vitest'
import { MetricsRegistry } from './exposition.ts'
import { MetricsAddressError, serveMetrics } from './metrics-server.ts'

async function serve(notReady: () => string | undefined = () => undefined, port = 0) {
  const server = await serveMetrics({ host: '127.0.0.1', port, metrics: new MetricsRegistry(), notReady })
  onTestFinished(() => server.close())
  return server
}

test('a taken port is one clear line', async () => {
  const { url } = await serve()
  const port = Number(new URL(url).port)
  const error = await serve(undefined, port).catch((thrown: Error) => thrown)
  expect(error).toBeInstanceOf(MetricsAddressError)
  expect((error as Error).message).toBe(
    `metrics cannot be served: port ${port} is taken on 127.0.0.1; choose another --metrics-port or --metrics-host`,
  )
})

test('/readyz says why a process is not ready, and /healthz answers all the same', async () => {
  let reason: string | undefined = 'player-state is restoring its stores'
  const { url } = await serve(() => reason)
  const ready = await fetch(`${url}/readyz`)
  expect([ready.status, await ready.text()]).toEqual([503, 'player-state is restoring its stores\n'])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  reason = undefined
  expect((await fetch(`${url}/readyz`)).status).toBe(200)
})

test('only reading is answered', async () => {
  const { url } = await serve()
  expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405)
  expect((await fetch(`${url}/other`)).status).toBe(404)
})

test('a closed server leaves no connection open', async () => {
  const server = await serveMetrics({
    host: '127.0.0.1',
    port: 0,
    metrics: new MetricsRegistry(),
    notReady: () => undefined,
  })
  await fetch(`${server.url}/healthz`)
  await server.close()
  await expect(fetch(`${server.url}/healthz`)).rejects.toThrow()
})
