import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Checkpoint } from './checkpoint.ts'
import { FileRegistry } from './file-registry.ts'

const ROTATIONS = 10_000
/** A busy log: all of its files have new names at each scan. */
const NAMES = [
  ['a.log.3', 'a.log.4'],
  ['a.log.2', 'a.log.3'],
  ['a.log.1', 'a.log.2'],
  ['a.log', 'a.log.1'],
] as const

test('10,000 rotations leave neither the registry nor the checkpoint larger than the first 400 did', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-registry-'))
  const at = (name: string) => join(folder, name)
  const checkpoint = Checkpoint.open(at('checkpoint.json'))
  const registry = new FileRegistry({
    patterns: [at('a.log*')],
    checkpoint,
    from: 'beginning',
    reader: () => () => {
      throw new Error('no line is read')
    },
    maxOpen: 16,
    isOnce: false,
    say: () => undefined,
  })
  const followed = () => [...registry.watchers].filter(({ isLocated }) => isLocated)
  let largest = 0
  let mostNameless = 0
  for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
    for (const [from, to] of NAMES) if (existsSync(at(from))) renameSync(at(from), at(to))
    writeFileSync(at('a.log'), `rotation ${rotation}\n`)
    if (rotation % NAMES.length > 0) continue
    await registry.scan()
    // A shipper reads all files to their end; and mostly, minutes pass between two rotations.
    const isSlow = rotation > 400 && rotation % 40 > 0
    for (const watcher of followed()) {
      watcher.observe('ended')
      if (isSlow) watcher.changedAt = 0
    }
    mostNameless = Math.max(mostNameless, followed().filter(({ state }) => state.kind === 'nameless').length)
    if (rotation <= 400) largest = Math.max(largest, registry.watchers.size)
    else expect(registry.watchers.size).toBeLessThanOrEqual(largest)
  }
  expect(largest).toBeLessThan(60)
  expect(mostNameless).toBe(8)
  expect(checkpoint.entries.size).toBe(registry.watchers.size)
  let chain = 0
  for (let file = [...registry.watchers].at(-1); file; file = file.after) chain += 1
  expect(chain).toBeLessThanOrEqual(largest)
  await registry.close()
  rmSync(folder, { recursive: true })
}, 120_000)
