/** What moves stream time on, by which a store forgets. */
export type Clock =
  /** What the records say. One that is ahead moves it for all. */
  | 'event time'
  /** When the broker appended them: for an input with the time of the broker. No record can move it. */
  | 'append time'
