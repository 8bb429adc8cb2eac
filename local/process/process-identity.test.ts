import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { end, identify, isAlive, type ProcessIdentity, signal, startedInPs } from './process-identity.ts'

/** A child that runs a script and has said `ready`. */
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
  test('is the same whenever it is asked for', async () => {
    const { identity } = await running('')
    expect(identify(identity.pid)).toEqual(identity)
    expect(isAlive(identity)).toBe(true)
  })

  test('stays the same when the process takes a name with blanks and brackets', async () => {
    const { child, identity } = await running(
      `process.once('SIGUSR2', () => { process.title = 'a) Z 1 (b'; console.log('renamed') })`,
    )
    child.kill('SIGUSR2')
    if (child.stdout) await once(child.stdout, 'data')
    expect(identify(identity.pid)).toEqual(identity)
  })

  test('is none where there is no process of that number', () => {
    // Above any limit that Linux or macOS sets for the number of a process.
    expect(identify(2 ** 30)).toBeUndefined()
  })

  test('ends with the process', async () => {
    const { child, identity } = await running('')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(identity)).toBe(false)
    expect(identify(identity.pid)).toBeUndefined()
  })

  test.runIf(process.platform === 'linux')(
    'is none once it has ended, though nobody has asked how',
    async () => {
      // sleep never waits for the child that it takes over from the shell; the shell would, so the child outlives it.
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
  test.each(['S', 'Ss', 'R+', 'U', 'T', 'S<s'])('with state %s says when the process started', (state) => {
    expect(startedInPs(`${state.padEnd(4)} Sat Jan 31 12:00:00 2026    \n`)).toBe('Sat Jan 31 12:00:00 2026')
  })

  test.each(['Z', 'Z+', 'ZN'])('with state %s says that it has ended', (state) => {
    expect(startedInPs(`${state.padEnd(4)} Sat Jan 31 12:00:00 2026\n`)).toBeUndefined()
  })

  test.each(['', '\n', 'S\n', 'S   \n'])('that is %j says nothing of a process', (line) => {
    expect(startedInPs(line)).toBeUndefined()
  })
})

describe('a process of the same number that started at another time', () => {
  test('is not the one meant, and is neither signalled nor ended', async () => {
    const { child, identity } = await running('')
    const earlier = { pid: identity.pid, started: `${identity.started}0` }
    expect(isAlive(earlier)).toBe(false)
    signal(earlier, 'SIGKILL')
    await end(earlier, 0)
    // A signal sent would arrive before this one, and kill.
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
  })
})

describe('ending a process', () => {
  test('lets it finish what it is at', async () => {
    const { child, identity } = await running(
      `process.once('SIGTERM', () => setTimeout(() => process.exit(7), 60))`,
    )
    const exit = once(child, 'exit')
    await end(identity, 20_000)
    expect(isAlive(identity)).toBe(false)
    expect(await exit).toEqual([7, null])
  })

  test('kills it where it does not listen, after the grace', async () => {
    const { child, identity } = await running(`process.on('SIGTERM', () => {})`)
    const exit = once(child, 'exit')
    await end(identity, 100)
    expect(isAlive(identity)).toBe(false)
    expect(await exit).toEqual([null, 'SIGKILL'])
  })

  test('that has ended already does nothing', async () => {
    const { child, identity } = await running('')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await end(identity, 0)
    signal(identity, 'SIGTERM')
    expect(isAlive(identity)).toBe(false)
  })
})
