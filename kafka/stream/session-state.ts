/** A member of the group, and the partitions that the group has assigned to it. */
export interface Membership {
  readonly generationId: number
  readonly memberId: string
  readonly partitions: readonly number[]
}

/**
 * Where a session stands with its group. `held` are the partitions that the handler has, as of the generation in which
 * they were opened: partitions that the next generation leaves with us need no restore. That a session drains is not a
 * state of its own: the signal says so, and whatever is under way is finished first.
 */
export type SessionState =
  /** The group is being joined: the broker would refuse what is begun now, as from a member of the former generation. */
  | { readonly name: 'joining'; readonly held: Membership | undefined }
  /** The group has assigned partitions, which are yet to be taken over. */
  | { readonly name: 'assigned'; readonly held: Membership | undefined; readonly next: Membership }
  /** The assignment is taken over, or is being taken over. */
  | { readonly name: 'working'; readonly held: Membership }
  /** Over, and another session has to begin from what was committed. */
  | { readonly name: 'failed'; readonly held: Membership | undefined; readonly error: Error }
  | { readonly name: 'closed'; readonly held: undefined }

export type SessionEvent =
  | { readonly name: 'joining' }
  | { readonly name: 'joined'; readonly next: Membership }
  /** The assignment begins to be taken over; the handler keeps these partitions and has lost the others. */
  | { readonly name: 'takeover'; readonly kept: readonly number[] }
  | { readonly name: 'opening'; readonly partition: number }
  /** The broker refused output: the handler has lost all partitions, and gets them again as the same member. */
  | { readonly name: 'refused' }
  | { readonly name: 'failed'; readonly error: Error }
  | { readonly name: 'closed' }

export const BEFORE_JOINING: SessionState = { name: 'joining', held: undefined }

const CLOSED: SessionState = { name: 'closed', held: undefined }

/** The state after an event. A failed session only closes, and a closed session stays closed. */
export function nextState(state: SessionState, event: SessionEvent): SessionState {
  if (state.name === 'closed' || event.name === 'closed') return CLOSED
  if (event.name === 'opening') return { ...state, held: withPartition(state.held, event.partition) }
  if (state.name === 'failed') return event.name === 'refused' ? { ...state, held: undefined } : state
  switch (event.name) {
    case 'failed':
      return { name: 'failed', held: state.held, error: event.error }
    case 'joining':
      // An assignment that was not taken over is void: its generation is over.
      return { name: 'joining', held: state.held }
    case 'joined':
      return { name: 'assigned', held: state.held, next: event.next }
    case 'takeover':
      if (state.name !== 'assigned') throw new Error(`nothing to take over while ${state.name}`)
      return { name: 'working', held: { ...state.next, partitions: event.kept } }
    case 'refused':
      return state.name === 'working'
        ? { name: 'assigned', held: undefined, next: state.held }
        : { ...state, held: undefined }
  }
}

/** The assigned partitions that the handler has without a gap, so that they stay open. */
export function keptPartitions(held: Membership | undefined, next: Membership): readonly number[] {
  const isContinuous = held?.memberId === next.memberId && held.generationId + 1 === next.generationId
  return isContinuous ? next.partitions.filter((partition) => held.partitions.includes(partition)) : []
}

function withPartition(held: Membership | undefined, partition: number): Membership {
  if (!held) throw new Error(`partition ${partition} is opened without a membership`)
  return { ...held, partitions: [...held.partitions, partition] }
}
