import { expect, test } from 'vitest'
import type { Attack } from '../../protocol.ts'
import { worstAddresses, worstUsers } from './worst.ts'

function attack(change: Partial<Attack>): Attack {
  return {
    id: 'a',
    scope: 'address',
    state: 'open',
    kind: 'brute-force',
    severity: 'warning',
    attempts: 5,
    users: ['root'],
    hosts: ['web-1'],
    addresses: ['192.0.2.1'],
    first: '2026-01-01T00:00:00Z',
    last: '2026-01-01T00:00:10Z',
    ...change,
  }
}

test('attempts of an address add up over its attacks, the most first', () => {
  const attacks = [attack({}), attack({ addresses: ['192.0.2.2'], attempts: 8 }), attack({ attempts: 9 })]
  expect(worstAddresses(attacks, 5)).toEqual([
    { name: '192.0.2.1', attempts: 14, attacks: 2 },
    { name: '192.0.2.2', attempts: 8, attacks: 1 },
  ])
  expect(worstUsers(attacks, 1)).toEqual([{ name: 'root', attempts: 22, attacks: 3 }])
})

test('an attack on a host counts nobody twice', () => {
  expect(worstAddresses([attack({}), attack({ scope: 'host', attempts: 500 })], 5)).toHaveLength(1)
  expect(worstAddresses([attack({ scope: 'host' })], 5)).toEqual([])
})
