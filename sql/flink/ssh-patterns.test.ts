import { expect, test } from 'vitest'
import { ENGINES } from '../engines.ts'
import { flinkScripts } from './scripts.ts'

/** Every pattern of the SSH scripts, in order, with the group that is extracted. */
function patterns(texts: readonly string[], call: RegExp): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(call)].map(({ groups }) => `${groups?.pattern} ${groups?.group ?? ''}`),
  )
}

// Other tests compare ksqlDB's patterns with the classifier; Flink's patterns must equal ksqlDB's.
test('Flink’s SSH patterns equal those of the ksqlDB scripts', () => {
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
