import { describe, expect, test } from 'vitest'
import { becomesTrue } from './becomes-true.ts'

describe('a condition that is polled', () => {
  test('is checked until it holds', async () => {
    let checks = 0
    const check = async () => {
      checks += 1
      return checks === 3
    }
    expect(await becomesTrue(check, { everyMs: 1, patienceMs: 10_000 })).toBe(true)
    expect(checks).toBe(3)
  })

  test('that holds already is checked once, without patience too', async () => {
    expect(await becomesTrue(() => true, { everyMs: 60_000, patienceMs: 0 })).toBe(true)
  })

  test('that never holds is given up when the patience is over', async () => {
    expect(await becomesTrue(() => false, { everyMs: 1, patienceMs: 5 })).toBe(false)
  })

  test('ends with the error of its check', async () => {
    const check = () => Promise.reject(new Error('no answer'))
    await expect(becomesTrue(check, { everyMs: 1 })).rejects.toThrow('no answer')
  })

  test('ends with the reason of a signal that is aborted between two checks, without waiting for the next', async () => {
    const stop = new AbortController()
    const reason = new Error('stopped')
    const check = () => {
      setImmediate(() => stop.abort(reason))
      return false
    }
    await expect(becomesTrue(check, { everyMs: 600_000, signal: stop.signal })).rejects.toBe(reason)
  })
})
