/** A member of the group, and the partitions that the group has assigned to it. */
export interface Membership {
  readonly generationId: number
  readonly memberId: string
  readonly partitions: readonly number[]
}

/**
 * The state of a session. `held` names the partitions that the handler has, and the generation that they belong to:
 * partitions that the next generation leaves here need no restore. Draining is not a state: the signal asks for it, and the
 * session finishes the transaction under way in whatever state it is.
 */
export type SessionState =
  /** The session is joining the group. The broker would refuse a transaction begun now, by its old generation. */
  | { readonly name: 'joining'; readonly held: Membership | undefined }
  /** The group has assigned partitions; the session has yet to take them over. */
  | { readonly name: 'assigned'; readonly held: Membership | undefined; readonly next: Membership }
  /** The session has taken the assignment over, or is doing so. */
  | { readonly name: 'working'; readonly held: Membership }
  /** The session is over; another session begins from the committed offsets. */
  | { readonly name: 'failed'; readonly held: Membership | undefined; readonly error: Error }
  | { readonly name: 'closed'; readonly held: undefined }

export type SessionEvent =
  | { readonly name: 'joining' }
  | { readonly name: 'joined'; readonly next: Membership }
  /** The session starts to take its assignment over: it holds the partitions that stay open, and has lost the others. */
  | { readonly name: 'takeover' }
  | { readonly name: 'opening'; readonly partition: number }
  /** The broker refused output. The handler has lost all partitions; the same member is going to open them again. */
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
      // Drops an assignment that was not taken over: its generation has ended.
      return { name: 'joining', held: state.held }
    case 'joined':
      return { name: 'assigned', held: state.held, next: event.next }
    case 'takeover':
      if (state.name !== 'assigned') throw new Error(`nothing to take over while ${state.name}`)
      return { name: 'working', held: { ...state.next, partitions: keptPartitions(state.held, state.next) } }
    case 'refused':
      return state.name === 'working'
        ? { name: 'assigned', held: undefined, next: state.held }
        : { ...state, held: undefined }
  }
}

/** The assigned partitions that stay open, because no other process can have had them since. */
function keptPartitions(held: Membership | undefined, next: Membership): readonly number[] {
  const isContinuous = held?.memberId === next.memberId && held.generationId + 1 === next.generationId
  return isContinuous ? next.partitions.filter((partition) => held.partitions.includes(partition)) : []
}

function withPartition(held: Membership | undefined, partition: number): Membership {
  if (!held) throw new Error(`partition ${partition} is opened without a membership`)
  return { ...held, partitions: [...held.partitions, partition] }
}
