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

describe('timer of a kafkajs connection', () => {
  test('the timer is not armed without pending requests', () => {
    const queue = new RequestQueue({ logger: {} })
    queue.scheduleCheckPendingRequests()
    expect(queue.throttleCheckTimeoutId).toBeNull()
  })

  test('the timer is armed while a request is pending', () => {
    const queue = new RequestQueue({ logger: {} })
    queue.pending = [{}]
    queue.scheduleCheckPendingRequests()
    const timer = queue.throttleCheckTimeoutId
    clearTimeout(timer ?? undefined)
    expect(timer).not.toBeNull()
  })
})
