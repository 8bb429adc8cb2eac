import { expect, test } from 'vitest'
import { unlessAborted } from '../../kafka/unless-aborted.ts'
import { graceAfter } from './grace.ts'

const never = new Promise<never>(() => undefined)

test.each([0, 1])(
  'a wait for a broker ends after the grace period of signal %i of two, with the reason of that signal',
  async (which) => {
    const signals = [new AbortController(), new AbortController()]
    const over = graceAfter(
      signals.map(({ signal }) => signal),
      20,
    )
    const waiting = unlessAborted(over, never)
    const reason = new Error('the de-duplication gave up')
    signals[which]?.abort(reason)
    expect(over.aborted).toBe(false)
    await expect(waiting).rejects.toBe(reason)
  },
)

test('a signal that was already aborted ends the wait too', async () => {
  const reason = new Error('over')
  await expect(unlessAborted(graceAfter([AbortSignal.abort(reason)], 1), never)).rejects.toBe(reason)
  await expect(unlessAborted(AbortSignal.abort(reason), never)).rejects.toBe(reason)
})

test('a value that arrives before the signal is returned', async () => {
  expect(await unlessAborted(new AbortController().signal, Promise.resolve(7))).toBe(7)
})
