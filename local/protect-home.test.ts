import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Home } from './home.ts'
import { Lock } from './process/lock.ts'
import { Service } from './process/service.ts'
import { protectHome } from './protect-home.ts'

let parent: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'playstream-private-'))
  const before = process.umask(0)
  onTestFinished(() => {
    process.umask(before)
    rmSync(parent, { recursive: true })
  })
})

function modeOf(...path: string[]): string {
  return (statSync(join(...path)).mode & 0o7777).toString(8)
}

/** A home as an earlier version created it with the usual umask. */
function oldHome(): Home {
  const home = new Home(join(parent, 'home'))
  const log = join(home.data, 'kafka', 'logs-0')
  mkdirSync(log, { recursive: true, mode: 0o755 })
  mkdirSync(home.logs, { mode: 0o755 })
  for (const file of [join(log, '0.log'), join(home.logs, 'kafka.log'), home.profile, home.lock])
    writeFileSync(file, 'x', { mode: 0o644 })
  return home
}

describe('a home', () => {
  test('is created for its owner only, with its lock, under a umask of 0', () => {
    const home = new Home(join(parent, 'a', 'b'))
    protectHome(home)
    Lock.tryAcquire(home.lock)?.release()
    expect([modeOf(parent, 'a'), modeOf(home.folder), modeOf(home.lock)]).toEqual(['700', '700', '600'])
  })

  test('whose lock is created first is for its owner only, too', () => {
    const home = new Home(join(parent, 'c'))
    Lock.tryAcquire(home.lock)?.release()
    expect([modeOf(home.folder), modeOf(home.lock)]).toEqual(['700', '600'])
  })

  test('of an earlier version is restricted to its owner, with everything in it', () => {
    const home = oldHome()
    chmodSync(home.folder, 0o755)
    protectHome(home)
    const log = join(home.data, 'kafka', 'logs-0')
    for (const folder of [home.folder, home.data, join(home.data, 'kafka'), log, home.logs])
      expect([folder, modeOf(folder)]).toEqual([folder, '700'])
    for (const file of [join(log, '0.log'), join(home.logs, 'kafka.log'), home.profile, home.lock])
      expect([file, modeOf(file)]).toEqual([file, '600'])
  })

  test('in a folder with other files restricts only its own files', () => {
    const home = oldHome()
    writeFileSync(join(home.folder, 'notes.txt'), 'x', { mode: 0o644 })
    mkdirSync(join(home.folder, 'shared'), { mode: 0o777 })
    chmodSync(home.folder, 0o1777)
    protectHome(home)
    expect(modeOf(home.folder)).toBe('1777')
    expect([modeOf(home.folder, 'notes.txt'), modeOf(home.folder, 'shared')]).toEqual(['644', '777'])
    expect([modeOf(home.data), modeOf(home.profile)]).toEqual(['700', '600'])
  })

  test('in a folder that no runtime has used changes nothing, even if file names match', () => {
    const home = new Home(join(parent, 'project'))
    mkdirSync(home.data, { recursive: true, mode: 0o755 })
    writeFileSync(join(home.folder, 'README'), 'x', { mode: 0o644 })
    chmodSync(home.folder, 0o755)
    protectHome(home)
    expect([modeOf(home.folder), modeOf(home.data), modeOf(home.folder, 'README')]).toEqual([
      '755',
      '755',
      '644',
    ])
  })

  test('does not change the targets of its links', () => {
    const home = oldHome()
    const target = join(parent, 'target')
    mkdirSync(target, { mode: 0o755 })
    symlinkSync(target, join(home.folder, 'runtime'))
    symlinkSync(target, join(home.data, 'link'))
    protectHome(home)
    expect(modeOf(target)).toBe('755')
  })
})

test('a service’s files are for their owner only, whatever the umask', async () => {
  const service = await Service.start({
    name: 'writer',
    command: 'sh',
    args: ['-c', 'mkdir "$0/folder"; : > "$0/file"; exec tail -f /dev/null', parent],
    cwd: parent,
    logFile: join(parent, 'logs', 'writer.log'),
  })
  await vi.waitUntil(() => existsSync(join(parent, 'file')))
  await service.stop()
  expect([modeOf(parent, 'folder'), modeOf(parent, 'file')]).toEqual(['700', '600'])
  expect([modeOf(parent, 'logs'), modeOf(parent, 'logs', 'writer.log')]).toEqual(['700', '600'])
})
