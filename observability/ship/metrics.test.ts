import { appendFileSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Shipping } from './test-shipping.ts'

let shipping: Shipping
beforeEach(() => {
  shipping = new Shipping()
})
afterEach(() => shipping.remove())

/** Writes a file whose last line was written so many seconds ago. */
function writeAged(name: string, text: string, seconds: number): void {
  writeFileSync(shipping.path(name), text)
  const at = Date.now() / 1_000 - seconds
  utimesSync(shipping.path(name), at, at)
}

describe('the metrics of a shipper', () => {
  test('while its batch is not acknowledged have the bytes behind, and the age of the oldest line', async () => {
    writeAged('a.log', 'one\n', 300)
    writeAged('b.log', 'two\n', 3_000)
    shipping.unanswered = 1
    const died = new AbortController()
    const shipper = shipping.shipper()
    const over = shipper.ship(new AbortController().signal, died.signal).catch(() => undefined)
    await expect.poll(() => shipping.messages.length).toBe(2)
    expect(shipper.metrics).toMatchObject({ files: 2, lag: 8, shipped: 0, batches: 0 })
    expect(shipper.metrics.delaySeconds).toBeGreaterThanOrEqual(3_000)
    expect(shipper.metrics.delaySeconds).toBeLessThan(3_100)
    died.abort(new Error('killed'))
    await over
    expect(shipper.metrics.batchesRefused).toBe(0)
  })

  test('with every line acknowledged have no delay, also if an old line is unfinished', async () => {
    writeAged('a.log', 'one\nunfini', 300)
    expect(await shipping.once()).toMatchObject({ lag: 6, delaySeconds: 0, batches: 1, shipped: 1 })
  })

  test('after a batch was acknowledged have the age of the next oldest line', async () => {
    writeAged('a.log', 'one\n', 300)
    const stop = new AbortController()
    const died = new AbortController()
    const shipper = shipping.shipper({ isOnce: false })
    const over = shipper.ship(stop.signal, died.signal).catch(() => undefined)
    await expect.poll(() => shipper.metrics.shipped).toBe(1)
    shipping.unanswered = 1
    appendFileSync(shipping.path('a.log'), 'two\n')
    await expect.poll(() => shipping.messages).toEqual(['one', 'two'])
    expect(shipper.metrics.lag).toBe(4)
    expect(shipper.metrics.delaySeconds).toBeLessThan(60)
    died.abort(new Error('killed'))
    stop.abort()
    await over
  })

  test('count a batch that was refused for good, and the requests that were sent again', async () => {
    writeFileSync(shipping.path('a.log'), 'one\n')
    const sink = { failures: 3, write: () => Promise.reject(new Error('too large')) }
    const shipper = shipping.shipper({ sink })
    const { signal } = new AbortController()
    await expect(shipper.ship(signal, signal)).rejects.toThrow('too large')
    expect(shipper.metrics).toMatchObject({ batches: 0, batchesRefused: 1, retries: 3, shipped: 0 })
  })
})
