/** How far a located file is read. */
export type Reading =
  /** Unread bytes may follow the position. */
  | 'behind'
  /** Everything up to the end seen last is read. */
  | 'drained'
  /** Reading failed; the next scan allows another attempt. */
  | 'suspended'

/** Where the content of a file is. Only a located file, which is followed or nameless, can be read. */
export type FileState =
  /** Found under a name in the folders. */
  | { readonly kind: 'following'; readonly reading: Reading }
  /** Removed from its name by a rotation or a deletion, and still read through its open handle. */
  | { readonly kind: 'nameless'; readonly reading: Reading }
  /** Cannot be identified for the moment: the next complete scan decides. Newer files of the log wait for it. */
  | { readonly kind: 'lost' }
  /** A complete scan did not find it. Its entry is kept, because a compressed copy may still appear. */
  | { readonly kind: 'gone' }

export type Observation =
  /** A file holds the content: it is read there from now on. */
  | 'located'
  /** A scan found the file under a name, its old one or another. */
  | 'named'
  /** A scan did not find the file under any name. */
  | 'unnamed'
  /** The content is no longer where it was: truncated, replaced, or deleted and closed. */
  | 'lost'
  /** The size or the modification time changed. */
  | 'grown'
  /** Lines were read. */
  | 'read'
  /** The end of the file was read. */
  | 'ended'
  /** Reading failed. */
  | 'failed'
  /** A scan is over, whether or not it was complete: a failed file may be read again. */
  | 'retry'
  /** A scan in which no file of the log moved is over. */
  | 'scanned'

export const LOST: FileState = { kind: 'lost' }
const GONE: FileState = { kind: 'gone' }

/** An observation that cannot be made of a file in its state: an error of the shipper, not of the files. */
export class ImpossibleObservationError extends Error {
  override readonly name = 'ImpossibleObservationError'

  constructor({ kind }: FileState, observation: Observation) {
    super(`a ${kind} file cannot be ${observation}`)
  }
}

/**
 * The state of a file after an observation.
 * @throws ImpossibleObservationError if the observation contradicts the state
 */
export function nextState(state: FileState, observation: Observation): FileState {
  const next = 'reading' in state ? nextLocated(state, observation) : nextUnlocated(state, observation)
  if (!next) throw new ImpossibleObservationError(state, observation)
  return next
}

function nextLocated(
  state: FileState & { readonly reading: Reading },
  observation: Observation,
): FileState | undefined {
  const { kind, reading } = state
  switch (observation) {
    case 'located':
      return undefined
    case 'named':
      return { kind: 'following', reading }
    case 'unnamed':
      return { kind: 'nameless', reading }
    case 'lost':
      return LOST
    case 'grown':
    case 'read':
      return { kind, reading: 'behind' }
    case 'ended':
      return { kind, reading: 'drained' }
    case 'failed':
      return { kind, reading: 'suspended' }
    case 'retry':
      return reading === 'suspended' ? { kind, reading: 'behind' } : state
    case 'scanned':
      return state
  }
}

function nextUnlocated(state: FileState, observation: Observation): FileState | undefined {
  switch (observation) {
    case 'located':
      return { kind: 'following', reading: 'behind' }
    case 'retry':
      return state
    case 'scanned':
      return GONE
    default:
      return undefined
  }
}
