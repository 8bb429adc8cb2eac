import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MAX_OPEN } from '../../observability/ship/shipper.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import type { Playstream } from '../testing/test-playstream.ts'
import { TestShipping } from '../testing/test-shipping.ts'

const FILES = 1_000
/** What a shipper has open beside logs: its program, connections, the checkpoint and its lock. */
const OTHER_FILES = 60
const cluster = ownCluster()

describe('playstream logs ship', () => {
  test('has its checkpoint for itself, until it ends, however it ends', async () => {
    const shipping = new TestShipping(cluster)
    const lines = shipping.append('app.log', 'web-1', ['line 1'])
    const first = shipping.ship()
    await first.says(/^shipping to/)
    const second = shipping.ship('--once')
    expect(await second.ended).toBe(1)
    expect(second.lines).toEqual([
      `playstream: another shipper uses the checkpoint ${shipping.checkpoint}: choose another file with --checkpoint`,
    ])
    first.process.kill('SIGKILL')
    await first.ended
    expect(await shipping.ship('--once').ended).toBe(0)
    expect(new Set(await shipping.arrived())).toEqual(new Set(lines))
  })

  test.each([
    ['cut off in the middle', (whole: string) => whole.slice(0, whole.length / 2)],
    ['empty', () => ''],
    ['of another version', (whole: string) => whole.replace('"version":1', '"version":9')],
    ['without a file’s offset', (whole: string) => whole.replace(/"offset":\d+/, '"offset":null')],
  ])('ships nothing with a checkpoint that is %s, and leaves it as it is', async (_, damage) => {
    const shipping = new TestShipping(cluster)
    const lines = shipping.append('app.log', 'web-1', ['line 1'])
    expect(await shipping.ship('--once').ended).toBe(0)
    const damaged = damage(readFileSync(shipping.checkpoint, 'utf8'))
    writeFileSync(shipping.checkpoint, damaged)
    const refused = shipping.ship('--once')
    expect(await refused.ended).toBe(1)
    expect(refused.lines).toEqual([
      `playstream: ${shipping.checkpoint} is not a checkpoint of this version; name another with --checkpoint, or remove it to ship everything again`,
    ])
    expect(readFileSync(shipping.checkpoint, 'utf8')).toBe(damaged)
    expect(await shipping.arrived()).toEqual(lines)
  })

  test(`--exactly-once brings each line of ${FILES} files once, written and renamed as it is killed`, async () => {
    const shipping = new TestShipping(cluster)
    const names = Array.from({ length: FILES }, (_, file) => `svc${file}x.log`)
    const expected: string[] = []
    const write = (round: number) => {
      for (const [file, name] of names.entries()) {
        const lines = Array.from({ length: 5 }, (_, line) => `${name} round ${round} line ${line}`)
        expected.push(...shipping.append(name, `host-${file % 7}`, lines))
      }
    }
    write(1)
    const killed = shipping.ship('--exactly-once')
    await killed.says(/^shipping to/)
    write(2)
    for (const name of names) renameSync(shipping.path(name), shipping.path(`${name}.1`))
    write(3)
    await expect
      .poll(async () => (await shipping.arrived('logs-shipped')).length, { timeout: 60_000 })
      .toBeGreaterThan(FILES)
    killed.process.kill('SIGKILL')
    await killed.ended
    write(4)
    const last = shipping.ship('--exactly-once', '--once')
    let open = 0
    const watch = setInterval(() => {
      open = Math.max(open, openFiles(last))
    }, 20)
    expect(await last.ended).toBe(0)
    clearInterval(watch)
    expect((await shipping.arrived()).sort()).toEqual(expected.sort())
    expect(open).toBeGreaterThan(MAX_OPEN / 2)
    expect(open).toBeLessThan(MAX_OPEN + OTHER_FILES)
  })
})

/** How many files a process has open; 0 where it is over. */
function openFiles({ process }: Playstream): number {
  const folder = `/proc/${process.pid}/fd`
  return existsSync(folder) ? readdirSync(folder).length : 0
}
