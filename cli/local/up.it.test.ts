import { describe, expect, test } from 'vitest'
import { isHeld } from '../../local/process/lock.ts'
import { identify, isAlive, type ProcessIdentity } from '../../local/process/process-identity.ts'
import { readProcesses } from '../../local/runtime.ts'
import { homeOfTest } from '../testing/test-own-cluster.ts'
import { Playstream, playstream } from '../testing/test-playstream.ts'

const own = homeOfTest()

function services(): ProcessIdentity[] {
  return Object.values(readProcesses(own.home)?.services ?? {})
}

async function gone(processes: readonly ProcessIdentity[]): Promise<void> {
  await expect.poll(() => processes.filter(isAlive), { timeout: 30_000, interval: 50 }).toEqual([])
}

describe('playstream up', () => {
  test('is found by a second one, and SIGTERM leaves no child', async () => {
    const up = new Playstream(own.home, ['up', '--port-base', String(own.portBase)])
    await up.says(/^ready: Kafka at/)
    const children = services()
    expect(children).toHaveLength(2)
    const second = await playstream(own.home, 'up')
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining('running already') })
    up.process.kill('SIGTERM')
    expect(await up.ended).toBe(0)
    await gone(children)
    expect(await playstream(own.home, 'status')).toMatchObject({ code: 3 })
  })

  test('killed with -9 leaves no child and nothing that blocks the next one', async () => {
    const up = new Playstream(own.home, ['up', '--port-base', String(own.portBase)])
    await up.says(/^ready/)
    const children = services()
    up.process.kill('SIGKILL')
    await up.ended
    const again = new Playstream(own.home, ['up', '--port-base', String(own.portBase)])
    await again.says(/^ready/)
    await gone(children)
    again.process.kill('SIGINT')
    expect(await again.ended).toBe(0)
  })

  test('--detach returns when it is ready, and down stops it', async () => {
    const up = await playstream(own.home, 'up', '--detach', '--port-base', String(own.portBase))
    expect(up.code).toBe(0)
    const status = new Playstream(own.home, ['status', '--json'])
    expect(await status.ended).toBe(0)
    expect(status.json()).toMatchObject({
      state: 'running',
      broker: { address: `127.0.0.1:${own.portBase}`, answers: true },
    })
    const children = services()
    expect(await playstream(own.home, 'down')).toMatchObject({ code: 0, output: 'stopped' })
    await gone(children)
    expect(await playstream(own.home, 'down')).toMatchObject({ code: 0, output: 'nothing was running' })
  })

  test('--flink runs Flink too, on the ports behind the others; status and down know it', async () => {
    expect(
      await playstream(own.home, 'up', '--flink', '--detach', '--port-base', String(own.portBase)),
    ).toMatchObject({
      code: 0,
    })
    const status = new Playstream(own.home, ['status', '--json'])
    expect(await status.ended).toBe(0)
    expect(status.json()).toMatchObject({
      state: 'running',
      flink: { url: `http://127.0.0.1:${own.portBase + 3}`, answers: true },
    })
    const children = services()
    expect(children).toHaveLength(3)
    expect(await playstream(own.home, 'down')).toMatchObject({ code: 0 })
    await gone(children)
  })

  test('two at once run one runtime, whose owner reports a broker that was killed, with its log, and ends with 1', async () => {
    const ups = [1, 2].map(() => new Playstream(own.home, ['up', '--port-base', String(own.portBase)]))
    await Promise.all(ups.map((up) => up.says(/^ready/)))
    expect(services()).toHaveLength(2)
    const ownerPid = readProcesses(own.home)?.owner.pid
    const owner = ups.find((up) => up.process.pid === ownerPid)
    const other = ups.find((up) => up.process.pid !== ownerPid)
    expect(await other?.ended).toBe(0)
    expect(ownerPid !== undefined && identify(ownerPid)).toBeTruthy()

    const [broker, registry] = services() as [ProcessIdentity, ProcessIdentity]
    process.kill(broker.pid, 'SIGKILL')
    expect(await owner?.ended).toBe(1)
    expect(owner?.output).toMatch(/Apache Kafka ended with signal SIGKILL; the end of .*kafka\.log:\n {2}\S/)
    await gone([registry])
    expect(isHeld(own.home.lock)).toBe(false)
  })
})
