import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import type { Sink } from './batch-sender.ts'
import { Checkpoint } from './files/checkpoint.ts'
import type { BusyLogOptions } from './test-busy-log.ts'
import { arrivedOf, Shipping } from './test-shipping.ts'

/** Writes and rotates a log in another thread, so that the shipper meets every moment of a rotation. */
function busyLog(options: BusyLogOptions) {
  const worker = new Worker(new URL('./test-busy-log.ts', import.meta.url), { workerData: options })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  worker.once('message', resolve)
  worker.once('error', reject)
  return promise
}

/** Accepts records with a broker's delay until its shipper is killed. */
function sink(shipping: Shipping): Sink {
  return {
    write: async (records: readonly OutputRecord[], signal) => {
      signal.throwIfAborted()
      shipping.arrived.push(...records.map(arrivedOf))
      await sleep(Math.random() * 20)
      signal.throwIfAborted()
    },
  }
}

/** The numbers of the lines after de-duplication. */
function numbers({ deduplicated }: Shipping): number[] {
  return deduplicated.map(({ message }) => Number(/^line (\d+)$/.exec(message)?.[1] ?? Number.NaN))
}

test.each([
  ['renamed', ['rename'], 1],
  ['copied and truncated', ['copytruncate'], 2],
  ['renamed, or copied and truncated, at random', ['rename', 'copytruncate'], 3],
] as const)(
  'a log that is always being %s arrives complete and in order from shippers that are killed',
  {
    timeout: 60_000,
  },
  async (_, ways, seed) => {
    const shipping = new Shipping()
    try {
      const writing = busyLog({ path: shipping.path('a.log'), seed, forMs: 3_000, ways })
      let isWriting = true
      const written = writing.finally(() => {
        isWriting = false
      })
      while (isWriting) {
        const killed = new AbortController()
        const checkpoint = Checkpoint.open(shipping.checkpointFile)
        const shipper = shipping.shipper({ isOnce: false, sink: sink(shipping), checkpoint })
        const shipped = shipper.ship(killed.signal, killed.signal).catch(() => undefined)
        // The shipper is killed at a random moment.
        await Promise.race([written, sleep(100 + Math.random() * 1_000)])
        // A killed process does not save its checkpoint.
        checkpoint.save = async () => undefined
        killed.abort(new Error('killed'))
        await shipped
      }
      await shipping.once({ sink: sink(shipping) })
      expect(numbers(shipping)).toEqual(Array.from({ length: await written }, (_, line) => line))
    } finally {
      shipping.remove()
    }
  },
)
