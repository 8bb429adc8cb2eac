import { createRequire } from 'node:module'

/**
 * kafkajs 2.2.4 re-arms a timer of every connection with a negative delay for ever: about a thousand wake-ups a second on
 * an idle connection, and a TimeoutNegativeWarning on Node 24 (kafkajs issues 1556, 1704 and 1751). The timer is needed
 * only while requests are pending, so it is armed only then. Patched from outside because the class is not exported and
 * the last kafkajs release dates from 2023.
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
