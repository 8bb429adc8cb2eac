import { createRequire } from 'node:module'

/**
 * kafkajs 2.2.4 re-arms a timer for every connection with a negative delay, for ever: about a thousand wake-ups a
 * second on an idle connection, and a TimeoutNegativeWarning on Node 24 (its issues 1556, 1704 and 1751). The timer is
 * needed only while requests wait behind a throttle, so it is armed only then. It is patched here because the class
 * is not exported and its last release is of 2023.
 */
interface RequestQueue {
  pending: unknown[]
  throttledUntil: number
  scheduleCheckPendingRequests(): void
}

const require = createRequire(import.meta.url)
const queue = (require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }).prototype
const original = queue.scheduleCheckPendingRequests

queue.scheduleCheckPendingRequests = function (this: RequestQueue) {
  if (this.pending.length > 0) original.call(this)
}
