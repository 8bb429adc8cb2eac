import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import './idle-spin.ts'

interface Queue {
  pending: unknown[]
  throttleCheckTimeoutId: NodeJS.Timeout | null
  scheduleCheckPendingRequests(): void
}

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
  options: object,
) => Queue

describe('the timer of a kafkajs connection', () => {
  test('is not armed while nothing waits', () => {
    const queue = new RequestQueue({ logger: {} })
    queue.scheduleCheckPendingRequests()
    expect(queue.throttleCheckTimeoutId).toBeNull()
  })

  test('is armed while a request waits', () => {
    const queue = new RequestQueue({ logger: {} })
    queue.pending = [{}]
    queue.scheduleCheckPendingRequests()
    const timer = queue.throttleCheckTimeoutId
    clearTimeout(timer ?? undefined)
    expect(timer).not.toBeNull()
  })
})
