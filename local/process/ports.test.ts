import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LocalRuntimeError } from '../errors.ts'
import { freeBase, portsFrom, requireFree } from './ports.ts'

/** Listens on a port until the test ends. */
async function take(port: number, host: string): Promise<void> {
  const server = createServer()
  server.listen({ port, host, exclusive: true })
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
}

async function refusal(base: number): Promise<LocalRuntimeError> {
  const error = await requireFree(base).then(
    () => new Error('the ports are free'),
    (reason: unknown) => reason,
  )
  if (error instanceof LocalRuntimeError) return error
  throw error
}

describe('the ports of a runtime', () => {
  test('are consecutive, starting at the base', () => {
    expect(Object.values(portsFrom(20_000)).sort()).toEqual([20_000, 20_001, 20_002])
  })

  test('are accepted if all are free', async () => {
    await expect(requireFree(await freeBase())).resolves.toBeUndefined()
  })

  test.each(['broker', 'controller', 'registry'] as const)(
    'are refused where that of the %s is taken: by whom, and where to start instead',
    async (service) => {
      const base = await freeBase()
      const port = portsFrom(base)[service]
      await take(port, '127.0.0.1')
      const { code, message } = await refusal(base)
      expect(code).toBe('PORT_TAKEN')
      expect(message).toContain(`port ${port} (for the ${service})`)
      expect(message).toContain(`(pid ${process.pid})`)
      const offered = Number(/--port-base (\d+)/.exec(message)?.[1])
      await expect(requireFree(offered)).resolves.toBeUndefined()
    },
  )

  test('count as taken if a process listens on all addresses', async () => {
    const base = await freeBase()
    await take(base, '0.0.0.0')
    expect((await refusal(base)).message).toContain(`port ${base} (for the broker)`)
  })

  test('are offered without overlap to concurrent searches, in one process and in several', async () => {
    const script = `
      import { freeBase } from ${JSON.stringify(new URL('ports.ts', import.meta.url).href)}
      console.log(JSON.stringify(await Promise.all(Array.from({ length: 10 }, freeBase))))`
    const others = await Promise.all(
      Array.from({ length: 4 }, () =>
        promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]),
      ),
    )
    const own = await Promise.all(Array.from({ length: 10 }, freeBase))
    const bases = [...own, ...others.flatMap(({ stdout }) => JSON.parse(stdout) as number[])].sort(
      (a, b) => a - b,
    )
    const gaps = bases.slice(1).map((base, index) => base - (bases[index] as number))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(6)
  })

  test('are offered below the ports of outgoing connections, and above the system’s', async () => {
    for (const base of await Promise.all(Array.from({ length: 20 }, freeBase))) {
      expect(base).toBeGreaterThan(1_023)
      // Outgoing connections use 32768 and above by default on Linux, 49152 and above on macOS.
      expect(portsFrom(base).registry).toBeLessThan(32_768)
    }
  })
})
