import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BEFORE_JOINING,
  keptPartitions,
  type Membership,
  nextState,
  type SessionEvent,
  type SessionState,
} from './session-state.ts'

function member(generationId: number, ...partitions: number[]): Membership {
  return { generationId, memberId: 'me', partitions }
}

function stateAfter(...events: SessionEvent[]): SessionState {
  return events.reduce(nextState, BEFORE_JOINING)
}

const joining: SessionEvent = { name: 'joining' }
const refused: SessionEvent = { name: 'refused' }
const joined = (next: Membership): SessionEvent => ({ name: 'joined', next })
const takeover = (...kept: number[]): SessionEvent => ({ name: 'takeover', kept })
const opening = (partition: number): SessionEvent => ({ name: 'opening', partition })
const working = [joining, joined(member(1, 0, 1)), takeover(), opening(0), opening(1)]

describe('a session', () => {
  test('works with the partitions that it has opened, once its assignment is taken over', () => {
    expect(stateAfter(...working)).toEqual({ name: 'working', held: member(1, 0, 1) })
  })

  test('that joins again keeps its partitions until it knows the next assignment', () => {
    const state = stateAfter(...working, joining)
    expect(state).toEqual({ name: 'joining', held: member(1, 0, 1) })
    expect(nextState(state, joined(member(2, 1, 2)))).toEqual({
      name: 'assigned',
      held: member(1, 0, 1),
      next: member(2, 1, 2),
    })
  })

  test('that joins again while it takes over keeps what it has opened by then', () => {
    const state = stateAfter(joining, joined(member(1, 0, 1)), takeover(), opening(0), joining)
    expect(state.held).toEqual(member(1, 0))
    expect(nextState(state, opening(1)).held).toEqual(member(1, 0, 1))
  })

  test('that joins again before it took over does not take the void assignment over', () => {
    const state = stateAfter(...working, joined(member(2, 0)), joining)
    expect(state).toEqual({ name: 'joining', held: member(1, 0, 1) })
    expect(() => nextState(state, takeover(0))).toThrow('nothing to take over while joining')
  })

  test('whose output is refused is assigned the same partitions again, and holds none until then', () => {
    expect(stateAfter(...working, refused)).toEqual({
      name: 'assigned',
      held: undefined,
      next: member(1, 0, 1),
    })
  })

  test('whose output is refused while it joins again goes on joining, and holds no partition', () => {
    expect(stateAfter(...working, joining, refused)).toEqual({ name: 'joining', held: undefined })
  })

  test('that failed keeps its first error until it is closed, whatever comes', () => {
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
  test('are those that the same member had in the generation before', () => {
    expect(keptPartitions(member(1, 0, 1), member(2, 1, 2))).toEqual([1])
  })

  test.each([
    ['the member missed a generation', member(1, 0, 1), member(3, 0, 1)],
    ['the member got another id', { ...member(1, 0, 1), memberId: 'former' }, member(2, 0, 1)],
    ['nothing was held', undefined, member(2, 0, 1)],
  ])('are none where %s, because another process may have had them in between', (_, held, next) => {
    expect(keptPartitions(held, next)).toEqual([])
  })
})
