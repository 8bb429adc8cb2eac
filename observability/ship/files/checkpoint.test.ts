import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { NO_FINGERPRINT } from '../content/fingerprint.ts'
import { Checkpoint, CheckpointError } from './checkpoint.ts'

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

test('a saved checkpoint is read unchanged, and leaves no other file behind', async () => {
  const before = Checkpoint.open(join(folder, 'deep', 'c.json'))
  const entry = before.add(found)
  await before.save()
  const after = Checkpoint.open(join(folder, 'deep', 'c.json'))
  expect([...after.entries]).toEqual([[entry.id, entry]])
  expect([before.isNew, after.isNew]).toEqual([true, false])
  expect(readdirSync(join(folder, 'deep'))).toEqual(['c.json'])
})

test('ids are unique within a shipper, across its restarts and across shippers', async () => {
  const one = Checkpoint.open(join(folder, 'one.json'))
  const ids = [one.add(found).id, one.add(found).id]
  await one.save()
  ids.push(Checkpoint.open(join(folder, 'one.json')).add(found).id)
  ids.push(Checkpoint.open(join(folder, 'two.json')).add(found).id)
  expect(new Set(ids).size).toBe(4)
})

test('a file that vanished weeks ago is forgotten', async () => {
  const checkpoint = Checkpoint.open(join(folder, 'c.json'))
  checkpoint.add({ ...found, seenAt: 0 })
  await checkpoint.save()
  expect(Checkpoint.open(join(folder, 'c.json')).entries.size).toBe(0)
})

test.each(['', '{"version":99,"files":[]}', '[]'])(
  'a checkpoint with the content %j is refused, with its name and the fix',
  (text) => {
    writeFileSync(join(folder, 'c.json'), text)
    expect(() => Checkpoint.open(join(folder, 'c.json'))).toThrow(/c\.json is not a checkpoint.*--checkpoint/)
  },
)

test('a checkpoint of an earlier release, without marks, is read', async () => {
  const before = Checkpoint.open(join(folder, 'c.json'))
  const { id } = before.add(found)
  await before.save()
  expect(readFileSync(join(folder, 'c.json'), 'utf8')).not.toMatch(/"(mark|sent|born)"/)
  expect(Checkpoint.open(join(folder, 'c.json')).entries.get(id)).toMatchObject(found)
})

test.each(['mark', 'sent'])('a checkpoint with a damaged %s is refused', async (name) => {
  const before = Checkpoint.open(join(folder, 'c.json'))
  before.add({ ...found, [name]: { end: 7, length: 8, hash: '0' } })
  await before.save()
  expect(() => Checkpoint.open(join(folder, 'c.json'))).toThrow(/not a checkpoint/)
})

test('ids are not reused if an older copy of the checkpoint is restored', async () => {
  const before = Checkpoint.open(join(folder, 'c.json'))
  await before.save()
  const old = readFileSync(join(folder, 'c.json'))
  const { id } = before.add(found)
  await before.save()
  writeFileSync(join(folder, 'c.json'), old)
  expect(Checkpoint.open(join(folder, 'c.json')).add(found).id).not.toBe(id)
})

const disk = mkdtempSync(join(tmpdir(), 'playstream-disk-'))
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0
afterAll(() => {
  if (isMounted) spawnSync('umount', [disk])
  rmSync(disk, { recursive: true, force: true })
})

test.skipIf(!isMounted)(
  'a full disk is reported with the file and the fix, and leaves the previous checkpoint',
  async () => {
    mkdirSync(join(disk, 'ship'))
    const file = join(disk, 'ship/c.json')
    const checkpoint = Checkpoint.open(file)
    checkpoint.add(found)
    await checkpoint.save()
    const before = readFileSync(file, 'utf8')
    for (let entry = 0; entry < 1_000; entry += 1) checkpoint.add(found)
    const failure = await checkpoint.save().catch((error: Error) => error)
    expect(failure).toBeInstanceOf(CheckpointError)
    expect(String(failure)).toMatch(
      /the checkpoint .*\/ship\/c\.json cannot be written: ENOSPC.*make room.*--checkpoint/,
    )
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect(readdirSync(join(disk, 'ship'))).toEqual(['c.json'])
  },
)
