import { createRequire } from 'node:module'
import { expect, test } from 'vitest'
import { isFencing, isTakenOver } from './kafkajs-error.ts'

const require = createRequire(import.meta.url)
const { createErrorFromCode } = require('kafkajs/src/protocol/error') as {
  createErrorFromCode(code: number): Error
}
const { KafkaJSNumberOfRetriesExceeded } = require('kafkajs/src/errors') as Record<
  string,
  new (
    cause: Error,
    options?: object,
  ) => Error
>

// Codes of the protocol: 47 is INVALID_PRODUCER_EPOCH, 74 FENCED_LEADER_EPOCH, 75 UNKNOWN_LEADER_EPOCH.
test.each([
  [47, true, true],
  [74, false, false],
  [75, false, false],
  [25, false, true],
  [10, false, false],
])(
  'error %i means a lost transactional id: %s, a lost id or group membership: %s',
  (code, isTaken, isFenced) => {
    const error = createErrorFromCode(code)
    const wrapped = new (KafkaJSNumberOfRetriesExceeded as new (cause: Error, options: object) => Error)(
      error,
      { retryCount: 1 },
    )
    for (const one of [error, wrapped])
      expect([isTakenOver(one), isFencing(one)]).toEqual([isTaken, isFenced])
  },
)

test('an error is recognised by its protocol name, not by its text', () => {
  for (const text of ['PRODUCER_FENCED', 'a newer producer', 'INVALID_PRODUCER_EPOCH: epoch'])
    expect(isTakenOver(new Error(text))).toBe(false)
})
