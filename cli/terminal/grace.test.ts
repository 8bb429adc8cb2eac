import { expect, test } from 'vitest'
import { unlessAborted } from '../../kafka/unless-aborted.ts'
import { graceAfter } from './grace.ts'

const never = new Promise<never>(() => undefined)

test.each([0, 1])(
  'a wait for a broker ends some time after signal %i of two, with its reason',
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

test('a signal that is aborted already ends the wait too', async () => {
  const reason = new Error('over')
  await expect(unlessAborted(graceAfter([AbortSignal.abort(reason)], 1), never)).rejects.toBe(reason)
  await expect(unlessAborted(AbortSignal.abort(reason), never)).rejects.toBe(reason)
})

test('what comes before the signal is given', async () => {
  expect(await unlessAborted(new AbortController().signal, Promise.resolve(7))).toBe(7)
})
