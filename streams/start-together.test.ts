import { expect, test } from 'vitest'
import { startTogether } from './start-together.ts'

function untilStopped(ended: string[], name: string) {
  return (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      // As a transaction that is still to be finished.
      const end = () =>
        setImmediate(() => {
          ended.push(name)
          resolve()
        })
      if (signal.aborted) end()
      signal.addEventListener('abort', end, { once: true })
    })
}

test('processors run until the signal, which ends all of them', async () => {
  const ended: string[] = []
  const stop = new AbortController()
  const running = startTogether([untilStopped(ended, 'a'), untilStopped(ended, 'b')], stop.signal)
  expect(ended).toEqual([])
  stop.abort()
  await running
  expect(ended).toEqual(['a', 'b'])
})

test('where one fails, the others have stopped when its error is thrown', async () => {
  const ended: string[] = []
  const failing = async () => {
    throw new Error('refused')
  }
  const running = startTogether([untilStopped(ended, 'a'), failing], new AbortController().signal)
  await expect(running).rejects.toThrow('refused')
  expect(ended).toEqual(['a'])
})
