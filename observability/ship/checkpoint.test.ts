import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Checkpoint } from './checkpoint.ts'
import { NO_FINGERPRINT } from './fingerprint.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-checkpoint-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const found = {
  file: '/a.log',
  path: '/a.log',
  device: 1,
  inode: 2,
  fingerprint: NO_FINGERPRINT,
  offset: 7,
  isSkipping: false,
  seenAt: Date.now(),
}

test('a checkpoint is read as it was saved, and leaves nothing else behind', async () => {
  const before = Checkpoint.open(join(folder, 'deep', 'c.json'))
  const entry = before.add(found)
  await before.save()
  const after = Checkpoint.open(join(folder, 'deep', 'c.json'))
  expect([...after.entries]).toEqual([[entry.id, entry]])
  expect([before.isNew, after.isNew]).toEqual([true, false])
  expect(readdirSync(join(folder, 'deep'))).toEqual(['c.json'])
})

test('no two files have one id, of one shipper before and after a start, or of two', async () => {
  const one = Checkpoint.open(join(folder, 'one.json'))
  const ids = [one.add(found).id, one.add(found).id]
  await one.save()
  ids.push(Checkpoint.open(join(folder, 'one.json')).add(found).id)
  ids.push(Checkpoint.open(join(folder, 'two.json')).add(found).id)
  expect(new Set(ids).size).toBe(4)
})

test('what has disappeared weeks ago is forgotten', async () => {
  const checkpoint = Checkpoint.open(join(folder, 'c.json'))
  checkpoint.add({ ...found, seenAt: 0 })
  await checkpoint.save()
  expect(Checkpoint.open(join(folder, 'c.json')).entries.size).toBe(0)
})

test.each(['', '{"version":99,"files":[]}', '[]'])(
  '%j is refused by the name of the file, with what to do',
  (text) => {
    writeFileSync(join(folder, 'c.json'), text)
    expect(() => Checkpoint.open(join(folder, 'c.json'))).toThrow(/c\.json is no checkpoint.*--checkpoint/)
  },
)
