import { describe, expect, test } from 'vitest'
import {
  type FileState,
  ImpossibleObservationError,
  nextState,
  type Observation,
  type Reading,
} from './file-state.ts'

const NONE = 'impossible'
const READINGS: readonly Reading[] = ['behind', 'drained', 'suspended']

/** The next kind and reading of a located file; `same` if unchanged. */
const LOCATED: Readonly<Record<Observation, string>> = {
  located: NONE,
  named: 'following same',
  unnamed: 'nameless same',
  lost: 'lost',
  grown: 'same behind',
  read: 'same behind',
  ended: 'same drained',
  failed: 'same suspended',
  retry: 'same retried',
  scanned: 'same same',
}

const UNLOCATED: Readonly<Record<Observation, string>> = {
  located: 'following behind',
  named: NONE,
  unnamed: NONE,
  lost: NONE,
  grown: NONE,
  read: NONE,
  ended: NONE,
  failed: NONE,
  retry: 'same',
  scanned: 'gone',
}

const text = (state: FileState) => ('reading' in state ? `${state.kind} ${state.reading}` : state.kind)

function outcome(state: FileState, observation: Observation): string {
  try {
    return text(nextState(state, observation))
  } catch (error) {
    expect(error).toBeInstanceOf(ImpossibleObservationError)
    return NONE
  }
}

describe.each(['following', 'nameless'] as const)('a %s file', (kind) => {
  test.each(Object.entries(LOCATED))('that is %s becomes: %s', (observation, expected) => {
    for (const reading of READINGS) {
      const retried = reading === 'suspended' ? 'behind' : reading
      const wanted = expected
        .replace(/^same/, kind)
        .replace(/same$/, reading)
        .replace(/retried$/, retried)
      expect(outcome({ kind, reading }, observation as Observation)).toBe(wanted)
    }
  })
})

describe.each(['lost', 'gone'] as const)('a %s file', (kind) => {
  test.each(Object.entries(UNLOCATED))('that is %s becomes: %s', (observation, expected) => {
    expect(outcome({ kind }, observation as Observation)).toBe(expected.replace('same', kind))
  })
})

test('an impossible observation names the state and the observation', () => {
  expect(() => nextState({ kind: 'gone' }, 'ended')).toThrow('a gone file cannot be ended')
})

test('a file that is renamed, deleted and found again as a compressed copy is followed again', () => {
  const observations: readonly Observation[] = [
    ...(['located', 'read', 'ended', 'unnamed', 'grown', 'read', 'ended', 'lost'] as const),
    ...(['scanned', 'located'] as const),
  ]
  const states: string[] = []
  let state: FileState = { kind: 'lost' }
  for (const observation of observations) {
    state = nextState(state, observation)
    states.push(text(state))
  }
  expect(states).toEqual([
    ...['following behind', 'following behind', 'following drained', 'nameless drained', 'nameless behind'],
    ...['nameless behind', 'nameless drained', 'lost', 'gone', 'following behind'],
  ])
})
