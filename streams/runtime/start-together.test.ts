import { expect, test } from 'vitest'
import { startTogether } from './start-together.ts'

function untilStopped(ended: string[], name: string) {
  return (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      // Like a transaction that still has to be finished.
      const end = () =>
        setImmediate(() => {
          ended.push(name)
          resolve()
        })
      if (signal.aborted) end()
      signal.addEventListener('abort', end, { once: true })
    })
}

test('all processors run until the signal is aborted', async () => {
  const ended: string[] = []
  const stop = new AbortController()
  const running = startTogether([untilStopped(ended, 'a'), untilStopped(ended, 'b')], stop.signal)
  expect(ended).toEqual([])
  stop.abort()
  await running
  expect(ended).toEqual(['a', 'b'])
})

test('when one processor fails, its error is thrown after the others have stopped', async () => {
  const ended: string[] = []
  const failing = async () => {
    throw new Error('refused')
  }
  const running = startTogether([untilStopped(ended, 'a'), failing], new AbortController().signal)
  await expect(running).rejects.toThrow('refused')
  expect(ended).toEqual(['a'])
})
