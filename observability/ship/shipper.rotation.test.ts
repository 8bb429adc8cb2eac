import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import type { Sink } from './batch-sender.ts'
import { Checkpoint } from './files/checkpoint.ts'
import type { BusyLogOptions } from './test-busy-log.ts'
import { arrivedOf, Shipping } from './test-shipping.ts'

/** Writes and rotates in a thread of its own, so that the shipper meets it at every moment. */
function busyLog(options: BusyLogOptions) {
  const worker = new Worker(new URL('./test-busy-log.ts', import.meta.url), { workerData: options })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  worker.once('message', resolve)
  worker.once('error', reject)
  return promise
}

/** Takes what it is sent, with a broker's delay, as long as the process that sends it is alive. */
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

/** What the de-duplication by file and offset lets pass: see dedup-processor.ts. */
function passed({ arrived }: Shipping): number[] {
  const furthest = new Map<string, number>()
  return arrived.flatMap(({ identity, message }) => {
    const [file, offset] = [identity.slice(0, identity.lastIndexOf(':')), Number(identity.split(':').at(-1))]
    if (offset <= (furthest.get(file) ?? -1)) return []
    furthest.set(file, offset)
    return [Number(/^line (\d+)$/.exec(message)?.[1] ?? Number.NaN)]
  })
}

test.each([
  ['renamed', ['rename'], 1],
  ['copied and emptied', ['copytruncate'], 2],
  ['now renamed, now copied and emptied', ['rename', 'copytruncate'], 3],
] as const)(
  'a log that is %s all the time arrives whole and in order, by shippers that are killed',
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
        const checkpoint = Checkpoint.open(shipping.path('checkpoint.json'))
        const shipper = shipping.shipper({ isOnce: false, sink: sink(shipping), checkpoint })
        const shipped = shipper.ship(killed.signal, killed.signal).catch(() => undefined)
        // The moment is what is random.
        await Promise.race([written, sleep(100 + Math.random() * 1_000)])
        // Nothing reaches the disk or the broker any more.
        checkpoint.save = async () => undefined
        killed.abort(new Error('killed'))
        await shipped
      }
      await shipping.once({ sink: sink(shipping) })
      expect(passed(shipping)).toEqual(Array.from({ length: await written }, (_, line) => line))
    } finally {
      rmSync(shipping.folder, { recursive: true })
    }
  },
)
