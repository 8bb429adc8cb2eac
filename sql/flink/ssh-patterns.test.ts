import { expect, test } from 'vitest'
import { ENGINES } from '../engines.ts'
import { flinkScripts } from './scripts.ts'

/** Every pattern of the SSH scripts, in its order, with the group that is taken of it. */
function patterns(texts: readonly string[], call: RegExp): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(call)].map(({ groups }) => `${groups?.pattern} ${groups?.group ?? ''}`),
  )
}

// What ksqlDB's find is held to the classifier; what Flink's find follows.
test('Flink’s SSH patterns are those of the ksqlDB scripts', () => {
  const ksqlDb = ENGINES.ksqldb
    .objects('sliding')
    .filter(({ name }) => /SSH_(ATTACKS|ENRICHED)$/.test(name))
    .map(({ statement }) => statement.text)
  const flink = flinkScripts('sliding')
    .declarations.filter(({ name }) => name === 'ssh_attacks' || name === 'ssh_enriched')
    .map(({ statement }) => statement.text)
  const theirs = patterns(
    ksqlDb,
    /REGEXP_EXTRACT\((?<pattern>'(?:[^']|'')*'), MESSAGE(?:, (?<group>\d))?\)|END, (?<rest>'[^)]*)\)/g,
  )
  const ours = patterns(
    flink,
    /REGEXP(?:_EXTRACT)?\(message, (?<pattern>'(?:[^']|'')*')(?:, (?<group>\d))?\)|END, (?<rest>'[^)]*)\)/g,
  )
  expect(ours).toEqual(theirs)
  expect(ours.length).toBeGreaterThan(20)
})
