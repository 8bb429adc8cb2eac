import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { detachedCluster } from '../testing/test-own-cluster.ts'
import { playstream } from '../testing/test-playstream.ts'
import { TestShipping } from '../testing/test-shipping.ts'

const LINES = 1_000
const cluster = detachedCluster()

function lines(from: number): string[] {
  return Array.from({ length: LINES }, (_, line) => `line ${from + line}`)
}

/** A shipper that waits for a broker; half of its lines were acknowledged. */
async function shipperWithoutBroker(...options: string[]) {
  const shipping = new TestShipping(cluster)
  const sent = shipping.append('app.log', 'web-1', lines(0))
  const { size } = statSync(shipping.path('app.log'))
  const shipper = shipping.ship(...options)
  await expect.poll(() => shipping.acknowledged(), { timeout: 60_000 }).toBe(size)
  expect(await playstream(cluster.home, 'down')).toMatchObject({ code: 0 })
  sent.push(...shipping.append('app.log', 'web-1', lines(LINES)))
  await shipper.says(/^kafka: cannot write/)
  /** The lines in the topic after the broker is back and another shipper has finished. */
  const arrivedLater = async () => {
    expect(shipping.acknowledged()).toBe(size)
    const port = cluster.profile.bootstrapServers[0]?.split(':')[1] ?? ''
    expect(await playstream(cluster.home, 'up', '--detach', '--port-base', port)).toMatchObject({ code: 0 })
    expect(await shipping.ship(...options, '--once').ended).toBe(0)
    return shipping.arrived()
  }
  return { shipper, sent, arrivedLater }
}

describe('playstream logs ship, stopped while the broker is away,', () => {
  test('waits a while for it, ends with 1, and nothing is lost or, exactly once, doubled', {
    timeout: 180_000,
  }, async () => {
    const { shipper, sent, arrivedLater } = await shipperWithoutBroker('--exactly-once')
    const since = performance.now()
    shipper.process.kill('SIGINT')
    expect(await shipper.ended).toBe(1)
    expect(performance.now() - since).toBeGreaterThan(9_000)
    expect(shipper.output).toContain('playstream: the broker did not answer within 10 s')
    expect(await arrivedLater()).toEqual(sent)
  })

  test('ends at once with 130 on a second signal, and loses no line', { timeout: 180_000 }, async () => {
    const { shipper, sent, arrivedLater } = await shipperWithoutBroker()
    shipper.process.kill('SIGINT')
    await shipper.says(/^SIGINT: finishing; a second signal stops at once$/)
    // Two signals within 300 ms are one keypress.
    await sleep(400)
    const since = performance.now()
    shipper.process.kill('SIGINT')
    expect(await shipper.ended).toBe(130)
    expect(performance.now() - since).toBeLessThan(5_000)
    expect(new Set(await arrivedLater())).toEqual(new Set(sent))
  })
})
