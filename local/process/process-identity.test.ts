import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { end, identify, isAlive, type ProcessIdentity, signal, startedInPs } from './process-identity.ts'

/** A child process that runs a script and has printed `ready`. */
async function running(script: string): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn(
    process.execPath,
    ['-e', `${script}; setInterval(() => {}, 1000); console.log('ready')`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child.stdout, 'data')
  const identity = identify(child.pid ?? 0)
  if (!identity) throw new Error('the child is not there')
  return { child, identity }
}

describe('the identity of a process', () => {
  test('is the same each time it is read', async () => {
    const { identity } = await running('')
    expect(identify(identity.pid)).toEqual(identity)
    expect(isAlive(identity)).toBe(true)
  })

  test('stays the same if the process takes a name with blanks and brackets', async () => {
    const { child, identity } = await running(
      `process.once('SIGUSR2', () => { process.title = 'a) Z 1 (b'; console.log('renamed') })`,
    )
    child.kill('SIGUSR2')
    if (child.stdout) await once(child.stdout, 'data')
    expect(identify(identity.pid)).toEqual(identity)
  })

  test('is undefined if no process has the number', () => {
    // Above the largest process number of Linux and macOS.
    expect(identify(2 ** 30)).toBeUndefined()
  })

  test('is no longer alive when the process has ended', async () => {
    const { child, identity } = await running('')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(identity)).toBe(false)
    expect(identify(identity.pid)).toBeUndefined()
  })

  test.runIf(process.platform === 'linux')(
    'is none once it has ended, though nobody has asked how',
    async () => {
      // exec replaces the shell by sleep, which never reaps the shell's child, so the child stays a zombie.
      const child = 'until grep -q sleep /proc/$$/comm; do :; done'
      const parent = spawn('sh', ['-c', `(${child}) & echo $!; exec sleep 600`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => {
        parent.kill('SIGKILL')
      })
      const pid = Number((await once(parent.stdout, 'data')).toString())
      await vi.waitFor(() => expect(identify(pid)).toBeUndefined())
      expect(process.kill(pid, 0)).toBe(true)
    },
  )
})

describe('a line of ps', () => {
  test.each(['S', 'Ss', 'R+', 'U', 'T', 'S<s'])('with state %s has the start time', (state) => {
    expect(startedInPs(`${state.padEnd(4)} Sat Jan 31 12:00:00 2026    \n`)).toBe('Sat Jan 31 12:00:00 2026')
  })

  test.each(['Z', 'Z+', 'ZN'])('with state %s counts as ended', (state) => {
    expect(startedInPs(`${state.padEnd(4)} Sat Jan 31 12:00:00 2026\n`)).toBeUndefined()
  })

  test.each(['', '\n', 'S\n', 'S   \n'])('that is %j has no start time', (line) => {
    expect(startedInPs(line)).toBeUndefined()
  })
})

describe('a process with the same number and another start time', () => {
  test('is neither signalled nor ended', async () => {
    const { child, identity } = await running('')
    const earlier = { pid: identity.pid, started: `${identity.started}0` }
    expect(isAlive(earlier)).toBe(false)
    signal(earlier, 'SIGKILL')
    await end(earlier, 0)
    // An earlier signal would arrive before this one, and end the process.
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
  })
})

describe('end', () => {
  test('lets a process finish its work', async () => {
    const { child, identity } = await running(
      `process.once('SIGTERM', () => setTimeout(() => process.exit(7), 60))`,
    )
    const exit = once(child, 'exit')
    await end(identity, 20_000)
    expect(isAlive(identity)).toBe(false)
    expect(await exit).toEqual([7, null])
  })

  test('kills a process that ignores SIGTERM after the grace period', async () => {
    const { child, identity } = await running(`process.on('SIGTERM', () => {})`)
    const exit = once(child, 'exit')
    await end(identity, 100)
    expect(isAlive(identity)).toBe(false)
    expect(await exit).toEqual([null, 'SIGKILL'])
  })

  test('does nothing to a process that has already ended', async () => {
    const { child, identity } = await running('')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await end(identity, 0)
    signal(identity, 'SIGTERM')
    expect(isAlive(identity)).toBe(false)
  })
})
