/**
 * The time of each wave, in hours after the start. An engine has judged the earlier waves before the next one is sent.
 * Engines read partitions in any order, so records whose order matters are in different waves or in one partition.
 */
export const WAVE_HOURS = [0, 20, 23, 25, 30, 40, 70, 70.2, 70.4] as const

/** The copies of one transaction: the wave of each, and its time in hours if that differs from the wave's, or is wrong. */
type Story = readonly (readonly [wave: number, time?: number | 'wrong'])[]

/** A millisecond, in hours. */
const MS = 1 / (60 * 60_000)

export const STORIES: Readonly<Record<string, Story>> = {
  once: [[0]],
  'once, later': [[4]],
  'within the retention': [[0], [1]],
  'renewed by each copy': [[0], [1], [5]],
  // The processor forgets by the partition's time, which no record has moved further than this yet.
  'a millisecond before the retention ends': [[0], [2, 24 - MS]],
  'a millisecond after it has ended': [[0], [3, 24 + MS]],
  'after the retention': [[0], [4]],
  'days apart': [[0], [6]],
  'out of order': [[1], [3, 10]],
  'out of order, just before the first': [[3], [4, 24]],
  'renewed, and then a much older copy': [[1], [3, 2], [5]],
  'between two that passed': [[0], [4], [5, 20]],
  'many times': [[0], [1], [2], [3], [4], [5], [6]],
  // In between, every partition gets records with wrong times, which must not affect other transactions.
  'after wrong times, within the retention': [[6], [8]],
  'after wrong times, renewed before them': [[5], [6], [8]],
  'after wrong times, after the retention': [[5], [8]],
}

/** Stories with a wrong time, one of each for each wrong clock. They come last, when every engine's time is past them. */
export const WRONG_STORIES: Readonly<Record<string, Story>> = {
  'once, and wrong': [[7, 'wrong']],
  'wrong the first time': [[7, 'wrong'], [8]],
  'wrong the second time': [[6], [7, 'wrong']],
  'wrong, between two that are right': [[6], [7, 'wrong'], [8]],
  'wrong each time': [
    [7, 'wrong'],
    [8, 'wrong'],
  ],
  'wrong after the retention': [[5, 40], [7, 'wrong'], [8]],
}
