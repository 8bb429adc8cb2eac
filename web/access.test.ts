import { describe, expect, test } from 'vitest'
import { type Access, AccessError, isOurHost, isOurOrigin, isToken, requireClosed } from './access.ts'

describe('an address', () => {
  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s needs no token', (host) => {
    expect(() => requireClosed({ host })).not.toThrow()
  })

  test.each(['0.0.0.0', '::', '192.168.1.2', 'example.com', '127.0.0.1.example.com'])(
    '%s needs a token',
    (host) => {
      expect(() => requireClosed({ host })).toThrow(AccessError)
      expect(() => requireClosed({ host, token: '' })).toThrow(AccessError)
      expect(() => requireClosed({ host, token: 'secret' })).not.toThrow()
    },
  )
})

describe('a Host header', () => {
  const local: Access = { host: '127.0.0.1' }
  test.each(['127.0.0.1:9400', 'localhost:9400', '[::1]:9400', 'localhost'])(
    '%s names a local server',
    (header) => {
      expect(isOurHost(header, local)).toBe(true)
    },
  )

  test.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io:9400',
    'a b',
    '192.168.1.2',
  ])('%s does not name a local server', (header) => {
    expect(isOurHost(header, local)).toBe(false)
  })

  test('names a server by an allowed name, or by its address', () => {
    const access = { host: '10.0.0.5', allowedHosts: ['play.example'] }
    expect(isOurHost('play.example', access)).toBe(true)
    expect(isOurHost('10.0.0.5:9400', access)).toBe(true)
    expect(isOurHost('other.example', access)).toBe(false)
  })
})

describe('an Origin header', () => {
  test('is our own, or absent', () => {
    expect(isOurOrigin(undefined, 'localhost:9400')).toBe(true)
    expect(isOurOrigin('http://localhost:9400', 'localhost:9400')).toBe(true)
  })

  test.each(['null', 'http://evil.example', 'http://localhost:1', ''])('%j is refused', (origin) => {
    expect(isOurOrigin(origin, 'localhost:9400')).toBe(false)
  })
})

test('a token is accepted if it is the same to the byte', () => {
  expect(isToken('secret', 'secret')).toBe(true)
  for (const given of [undefined, '', 'Secret', 'secret ', 'secre'])
    expect(isToken(given, 'secret')).toBe(false)
})
