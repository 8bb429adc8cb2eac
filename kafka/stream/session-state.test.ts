import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BEFORE_JOINING, nextState, type SessionEvent } from './session-state.ts'

function member(generationId: number, ...partitions: number[]) {
  return { generationId, memberId: 'me', partitions }
}

function stateAfter(...events: SessionEvent[]) {
  return events.reduce(nextState, BEFORE_JOINING)
}

const joining: SessionEvent = { name: 'joining' }
const refused: SessionEvent = { name: 'refused' }
const joined = (next: ReturnType<typeof member>): SessionEvent => ({ name: 'joined', next })
const takeover: SessionEvent = { name: 'takeover' }
const opening = (partition: number): SessionEvent => ({ name: 'opening', partition })
const working = [joining, joined(member(1, 0, 1)), takeover, opening(0), opening(1)]

describe('session state', () => {
  test('a session works with the partitions that it has opened since it took its assignment over', () => {
    expect(stateAfter(...working)).toEqual({ name: 'working', held: member(1, 0, 1) })
  })

  test('a session that rejoins holds its partitions until it gets the next assignment', () => {
    const state = stateAfter(...working, joining)
    expect(state).toEqual({ name: 'joining', held: member(1, 0, 1) })
    expect(nextState(state, joined(member(2, 1, 2)))).toEqual({
      name: 'assigned',
      held: member(1, 0, 1),
      next: member(2, 1, 2),
    })
  })

  test('a session that rejoins during a takeover holds the partitions that it has opened by then', () => {
    const state = stateAfter(joining, joined(member(1, 0, 1)), takeover, opening(0), joining)
    expect(state.held).toEqual(member(1, 0))
    expect(nextState(state, opening(1)).held).toEqual(member(1, 0, 1))
  })

  test('a session that rejoins before a takeover drops the assignment', () => {
    const state = stateAfter(...working, joined(member(2, 0)), joining)
    expect(state).toEqual({ name: 'joining', held: member(1, 0, 1) })
    expect(() => nextState(state, takeover)).toThrow('nothing to take over while joining')
  })

  test('a session whose output is refused holds no partition and is assigned the same ones again', () => {
    expect(stateAfter(...working, refused)).toEqual({
      name: 'assigned',
      held: undefined,
      next: member(1, 0, 1),
    })
  })

  test('a session whose output is refused while it rejoins holds no partition and continues joining', () => {
    expect(stateAfter(...working, joining, refused)).toEqual({ name: 'joining', held: undefined })
  })

  test('a failed session keeps its first error through all events until it is closed', () => {
    const event: fc.Arbitrary<SessionEvent> = fc.constantFrom<SessionEvent>(
      joining,
      refused,
      joined(member(2, 1)),
      { name: 'failed', error: new Error('second') },
    )
    const error = new Error('first')
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const state = stateAfter(...working, { name: 'failed', error }, ...events)
        expect(state).toMatchObject({ name: 'failed', error })
        expect(events.reduce(nextState, nextState(state, { name: 'closed' })).name).toBe('closed')
      }),
    )
  })
})

describe('partitions kept over a rebalance', () => {
  test('are the partitions that the same member held in the previous generation', () => {
    expect(stateAfter(...working, joined(member(2, 1, 2)), takeover)).toEqual({
      name: 'working',
      held: member(2, 1),
    })
  })

  test.each([
    ['missed a generation', member(3, 0, 1)],
    ['got another id', { ...member(2, 0, 1), memberId: 'other' }],
  ])('are none if the member %s, because another process may have had them in between', (_, next) => {
    expect(stateAfter(...working, joined(next), takeover).held?.partitions).toEqual([])
  })
})
