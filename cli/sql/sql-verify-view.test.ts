import { expect, test } from 'vitest'
import { verificationData, verificationText } from './sql-verify-view.ts'

const unique = {
  name: 'unique',
  topic: 'verify-1f0c9a-sql-transactions-unique',
  expected: 2,
  actual: 2,
} as const
const good = {
  run: '1f0c9a',
  retention: 'sliding',
  sent: 7,
  isAnswered: true,
  unwell: [],
  verdicts: [{ ...unique, differences: [] }],
}

test('a verification without differences is a table and one line', () => {
  expect(verificationText(good)).toBe(
    [
      'output  expected  found  lost  doubled  unexpected  wrong  retention sliding',
      'unique         2      2     0        0           0      0  each transaction once, unchanged',
      'sliding: every record is as expected',
    ].join('\n'),
  )
  expect(verificationData(good)).toMatchObject({ equal: true, retention: 'sliding' })
})

test('each difference is one line that is safe for a terminal', () => {
  const bad = {
    ...good,
    unwell: ['PLAYSTREAM_VERIFY_1F0C9A_LOGS (ERROR)'],
    verdicts: [
      {
        ...unique,
        differences: [
          { kind: 'lost', row: { key: 'txn-1', fields: { text: 'a' } } },
          { kind: 'wrong', key: 'txn-2\u001b[2J', fields: { text: { expected: 'b', actual: null } } },
        ] as const,
      },
    ],
  }
  expect(verificationText(bad).split('\n').slice(2)).toEqual([
    'unique: lost: txn-1: {"text":"a"}',
    'unique: wrong: txn-2\\x1b[2J: text is null, not "b"',
    'not running: PLAYSTREAM_VERIFY_1F0C9A_LOGS (ERROR)',
    'sliding: the output differs',
  ])
  expect(verificationData(bad).equal).toBe(false)
})

test('a verification with an unanswered wave is not equal, even without differences', () => {
  const unanswered = { ...good, sent: 3, isAnswered: false }
  expect(verificationText(unanswered)).toContain(
    'wave 3 had no complete answer in time, so no further waves were sent',
  )
  expect(verificationData(unanswered).equal).toBe(false)
})
