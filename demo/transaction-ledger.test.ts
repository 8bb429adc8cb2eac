import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TransactionLedger } from './transaction-ledger.ts'

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const value = fc.constantFrom(null, Buffer.from(''), Buffer.from('null'), Buffer.from([0xff]))
const event = fc.oneof(
  fc.record({ send: fc.option(id, { nil: undefined }), value }),
  fc.record({ pass: id }),
  fc.record({ setAside: value }),
  fc.constant({ suppress: true } as const),
)

/** The expected counts, computed at the end from lists of all records. */
function expectedCounts(events: readonly (typeof event extends fc.Arbitrary<infer T> ? T : never)[]) {
  const sent = events.flatMap((one) => ('send' in one ? [one] : []))
  const ids = new Set(sent.flatMap(({ send }) => send ?? []))
  const passes = events.flatMap((one) => ('pass' in one ? [one.pass] : []))
  const contents = (all: readonly (Buffer | null)[]) =>
    all.map((one) => one?.toString('hex') ?? 'nothing').sort()
  const letters = contents(events.flatMap((one) => ('setAside' in one ? [one.setAside] : [])))
  const malformed = contents(sent.flatMap((one) => (one.send === undefined ? [one.value] : [])))
  const left = [...letters]
  const lost = malformed.filter((content) => {
    const at = left.indexOf(content)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  const known = passes.filter((one) => ids.has(one))
  return {
    records: sent.length,
    malformed: malformed.length,
    ids: ids.size,
    passed: new Set(passes).size,
    missing: [...ids].filter((one) => !passes.includes(one)).length,
    leaked: passes.length - new Set(known).size,
    lost: lost.length,
    suppressed: events.filter((one) => 'suppress' in one).length,
    deadLettered: letters.length,
  }
}

describe('the ledger', () => {
  test('counts like a comparison of complete lists, in any order of reading', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const ledger = new TransactionLedger()
        for (const one of events) {
          if ('send' in one) ledger.send(one.send, one.value)
          else if ('pass' in one) ledger.pass(one.pass)
          else if ('setAside' in one) ledger.setAside(one.setAside)
          else ledger.suppress()
        }
        expect(ledger).toMatchObject(expectedCounts(events))
      }),
    )
  })

  test('counts an endless run exactly, with at most two generations of ids in memory', () => {
    const generation = 100
    const ledger = new TransactionLedger(generation)
    const runs = 100_000
    let most = 0
    for (let number = 0; number < runs; number += 1) {
      ledger.send(`id-${number}`, null)
      // Outputs are read later than inputs, and late repetitions later still.
      if (number >= 30) ledger.pass(`id-${number - 30}`)
      if (number >= 90) ledger.send(`id-${number - 90}`, null)
      most = Math.max(most, ledger.remembered)
    }
    for (let number = runs - 30; number < runs; number += 1) ledger.pass(`id-${number}`)
    expect(ledger).toMatchObject({ ids: runs, passed: runs, missing: 0, leaked: 0 })
    expect(most).toBeLessThanOrEqual(2 * generation)
  })

  test('counts missing and leaked ids of an endless run, however old', () => {
    const ledger = new TransactionLedger(100)
    for (let number = 0; number < 10_000; number += 1) {
      ledger.send(`id-${number}`, null)
      if (number !== 17) ledger.pass(`id-${number}`)
      if (number === 23) ledger.pass(`id-${number}`)
      if (number === 9_000) ledger.pass('id-5')
      if (number === 9_500) ledger.pass('unknown')
    }
    expect(ledger).toMatchObject({ missing: 1, leaked: 3 })
  })

  test('does not grow when nothing passes, and counts all ids as missing', () => {
    const ledger = new TransactionLedger(100)
    let most = 0
    for (let number = 0; number < 10_000; number += 1) {
      ledger.send(`id-${number}`, null)
      most = Math.max(most, ledger.remembered)
    }
    expect(ledger.missing).toBe(10_000)
    expect(most).toBeLessThanOrEqual(200)
  })

  test('forgets malformed values once they are dead-lettered', () => {
    const ledger = new TransactionLedger()
    for (let number = 0; number < 3; number += 1) ledger.send(undefined, Buffer.from(`garbage ${number}`))
    expect(ledger.lost).toBe(3)
    for (let number = 0; number < 3; number += 1) ledger.setAside(Buffer.from(`garbage ${number}`))
    expect(ledger).toMatchObject({ lost: 0, malformed: 3, deadLettered: 3 })
  })
})
