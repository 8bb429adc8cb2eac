/** What moves stream time, by which stores forget and timers are called. */
export type Clock =
  /** The times in the records. A record that is ahead moves it for all keys of its partition. */
  | 'event time'
  /** When the broker appended the records, for an input topic with the broker's time. No producer can move it. */
  | 'append time'
