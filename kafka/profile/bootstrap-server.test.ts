import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bootstrapOrder, noteAnswer, readServer, serverName } from './bootstrap-server.ts'
import type { Profile } from './profile.ts'

describe('a bootstrap server', () => {
  test.each([
    ['localhost:9092', { host: 'localhost', port: 9092 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['[fe80::1%eth0]:9092', { host: 'fe80::1%eth0', port: 9092 }],
    ['[::ffff:10.0.0.1]:9092', { host: '::ffff:10.0.0.1', port: 9092 }],
  ])('%s is read as a host and a port', (text, address) => {
    expect(readServer(text)).toEqual(address)
  })

  test.each([
    ['::1:9092'],
    ['[::1]'],
    ['[::1]9092'],
    ['[localhost]:9092'],
    ['[::1%]:9092'],
    ['host'],
    ['host:0'],
    ['host:65536'],
    ['host:9092/x'],
    ['http://host:9092'],
    [':9092'],
    ['a b:9092'],
    ['[::1:9092'],
    ['::1]:9092'],
  ])('%s is refused', (text) => {
    expect(readServer(text)).toBeUndefined()
  })

  test('with any IPv6 address is read as that address', () => {
    const port = fc.integer({ min: 1, max: 65_535 })
    fc.assert(
      fc.property(fc.ipV6(), port, (host, number) => {
        expect(readServer(`[${host}]:${number}`)).toEqual({ host, port: number })
      }),
    )
  })

  test('named by an IP address has no TLS server name', () => {
    expect(['kafka.example', 'localhost'].map(serverName)).toEqual(['kafka.example', 'localhost'])
    expect(['127.0.0.1', '::1', 'fe80::1%eth0'].map(serverName)).toEqual([undefined, undefined, undefined])
  })
})

test('the server that answered is tried first, and no server is lost', () => {
  const profile = { bootstrapServers: ['a:1', 'b:2', 'c:3'] } as unknown as Profile
  expect(bootstrapOrder(profile)).toEqual(['a:1', 'b:2', 'c:3'])
  noteAnswer(profile, 'c:3')
  expect(bootstrapOrder(profile)).toEqual(['c:3', 'a:1', 'b:2'])
  expect(bootstrapOrder({ ...profile, bootstrapServers: ['a:1', 'c:3'] })).toEqual(['a:1', 'c:3'])
})
