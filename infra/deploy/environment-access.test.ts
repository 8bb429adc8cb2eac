import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { environmentAccess } from './environment-access.ts'

/** A Confluent Cloud that answers with this status, or never. */
async function answering(status: number | 'never'): Promise<{ endpoint: string; seen: string[] }> {
  const seen: string[] = []
  const server = createServer(({ url, headers }, response) => {
    seen.push(`${url} ${headers.authorization}`)
    if (status !== 'never') response.writeHead(status, status === 302 ? { location: '/' } : {}).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

test.each([
  [200, 'visible'],
  [401, 'key refused'],
  [403, 'forbidden'],
  [404, 'gone'],
  [429, 'unknown'],
  [500, 'unknown'],
  [302, 'unknown'],
] as const)('an answer of %i says that the environment is %s', async (status, expected) => {
  const { endpoint, seen } = await answering(status)
  const access = await environmentAccess({ environmentId: 'env-1', endpoint, key: 'K', secret: 'S' })
  expect(access).toBe(expected)
  expect(seen).toEqual([`/org/v2/environments/env-1 Basic ${Buffer.from('K:S').toString('base64')}`])
})

test('without an answer from the cloud, the result is unknown after the time limit', async () => {
  const { endpoint } = await answering('never')
  const question = { environmentId: 'env-1', endpoint, key: 'K', secret: 'S', patienceMs: 100 }
  expect(await environmentAccess(question)).toBe('unknown')
})

test('if the cloud is unreachable, the result is unknown', async () => {
  const question = { environmentId: 'env-1', endpoint: 'http://127.0.0.1:1', key: 'K', secret: 'S' }
  expect(await environmentAccess(question)).toBe('unknown')
})
