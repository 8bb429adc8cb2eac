import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KeyTable } from './key-table.ts'

const operation = fc.record({ key: fc.nat(60), adds: fc.boolean() })

test('a table finds exactly the keys that were added and not removed, even with colliding hashes', () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 300 }),
      fc.constantFrom(1, 3, 1_021),
      (operations, spread) => {
        const table = new KeyTable()
        // Few enough hashes that most keys collide or are neighbours.
        const hashOf = (key: number) => (key % spread) + 1_020
        const slots = new Map<number, number>()
        const free = Array.from({ length: 61 }, (_, slot) => slot)
        for (const { key, adds } of operations) {
          const slot = slots.get(key)
          if (adds && slot === undefined) {
            const next = free.pop() as number
            table.add(hashOf(key), next)
            slots.set(key, next)
          } else if (!adds && slot !== undefined) {
            table.remove(slot)
            slots.delete(key)
            free.push(slot)
          }
          expect(table.size).toBe(slots.size)
          for (let other = 0; other <= 60; other += 1) {
            const expected = slots.get(other) ?? -1
            expect(table.find(hashOf(other), (candidate) => candidate === expected)).toBe(expected)
          }
        }
      },
    ),
  )
})

test('equal bytes have equal hashes, and different bytes almost never do', () => {
  const table = new KeyTable()
  const hashes = new Set(Array.from({ length: 10_000 }, (_, index) => table.hash(Buffer.from(`id-${index}`))))
  expect(hashes.size).toBeGreaterThan(9_990)
  expect(table.hash(Buffer.from('xxid-7').subarray(2))).toBe(table.hash(Buffer.from('id-7')))
  expect(new Set(['', '\0', '\0\0', 'a', 'a\0'].map((key) => table.hash(Buffer.from(key)))).size).toBe(5)
})
