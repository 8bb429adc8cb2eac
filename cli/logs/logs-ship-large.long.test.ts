import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { partitionReader } from '../../kafka/clients/partition-reader.ts'
import { detachedCluster } from '../testing/test-own-cluster.ts'
import { playstream } from '../testing/test-playstream.ts'
import { TestShipping } from '../testing/test-shipping.ts'

const FILE_BYTES = 2 ** 30
const BLOCK_LINES = 50_000
/** About half the file; 393 were measured. Node itself takes 100 of it, and garbage that waits to be collected most of the rest. */
const MOST_MIB = 512
const PARTITIONS = 6
const cluster = detachedCluster()

/** Writes whole lines, each with its number, until the file is large enough; returns how many. */
function writeLines(path: string): number {
  const file = openSync(path, 'w')
  const said = 'player moved to x=812.25 y=-44.50 z=3.00 in world 7, 48 others in sight'
  let count = 0
  for (let bytes = 0; bytes < FILE_BYTES; ) {
    let block = ''
    for (let line = 0; line < BLOCK_LINES; line += 1) {
      block += `2025-01-01T00:00:00Z host-${count % 7} game[${1_000 + (count % 50)}]: line ${count} of the ${said}\n`
      count += 1
    }
    bytes += writeSync(file, block)
  }
  closeSync(file)
  return count
}

/** The most memory that a process has had, in MiB, as the kernel counts it. */
function mostMemoryMiB(pid: number | undefined): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

/** Lines by their identity: as a partition has a file's lines in order, those behind the furthest so far are new. */
async function countArrived(): Promise<{ lines: number; repeated: number }> {
  const read = partitionReader(cluster.profile, 'test')
  let [lines, repeated] = [0, 0]
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    let furthest = -1
    await read(
      'logs',
      partition,
      (records) => {
        for (const { headers } of records) {
          const identity = String(headers[0]?.[1])
          const offset = Number(identity.slice(identity.lastIndexOf(':') + 1))
          if (offset > furthest) lines += 1
          else repeated += 1
          furthest = Math.max(furthest, offset)
        }
      },
      AbortSignal.timeout(300_000),
    )
  }
  return { lines, repeated }
}

test(`playstream logs ship takes no more than ${MOST_MIB} MiB for a file of 1 GiB, though the broker is away half-way`, {
  timeout: 900_000,
}, async () => {
  const shipping = new TestShipping(cluster)
  const count = writeLines(shipping.path('app.log'))
  const since = performance.now()
  const shipper = shipping.ship('--json')
  await expect.poll(() => shipping.acknowledged(), { timeout: 300_000 }).toBeGreaterThan(FILE_BYTES / 3)
  expect(await playstream(cluster.home, 'down')).toMatchObject({ code: 0 })
  await shipper.says(/^kafka: cannot write logs/)
  expect(shipping.acknowledged()).toBeLessThan(FILE_BYTES)
  const away = mostMemoryMiB(shipper.process.pid)
  const port = cluster.profile.bootstrapServers[0]?.split(':')[1] ?? ''
  expect(await playstream(cluster.home, 'up', '--detach', '--port-base', port)).toMatchObject({ code: 0 })
  await expect.poll(() => shipping.acknowledged(), { timeout: 600_000 }).toBeGreaterThanOrEqual(FILE_BYTES)
  const seconds = (performance.now() - since) / 1000
  const most = mostMemoryMiB(shipper.process.pid)
  shipper.process.kill('SIGTERM')
  expect(await shipper.ended).toBe(0)
  const arrived = await countArrived()
  process.stderr.write(
    `${count} lines of 1 GiB in ${seconds.toFixed(0)} s, the broker away in between; ${count - arrived.lines} lost, ` +
      `${arrived.repeated} repeated; ${most.toFixed(0)} MiB at most, ${away.toFixed(0)} when it went away\n`,
  )
  expect(arrived.lines).toBe(count)
  expect(most).toBeLessThan(MOST_MIB)
})
