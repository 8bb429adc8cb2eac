import fc from 'fast-check'
import { expect, test } from 'vitest'
import { windowKey } from './window-key.ts'

const time = (text: string) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(Date.parse(text)))
  return bytes
}
const START = '2026-11-26T13:10:00.000Z'
const END = '2026-11-26T13:25:30.250Z'

test('a key with a window is its text and when the window begins', () => {
  const key = Buffer.concat([Buffer.from('world-ö'), time(START)])
  expect(windowKey({ keyWindow: 'start' }, key)).toEqual({
    key: Buffer.from('world-ö'),
    window: ` from ${START}`,
  })
})

test('a key with a session is its text and when the session begins and ends, of which the end is written first', () => {
  const key = Buffer.concat([Buffer.from('txn-1'), time(END), time(START)])
  expect(windowKey({ keyWindow: 'session' }, key)).toEqual({
    key: Buffer.from('txn-1'),
    window: ` from ${START} to ${END}`,
  })
})

test('a key of a topic without windows, one that is too short and one that Flink wrote stay as they are', () => {
  const json = Buffer.from('{"host":"world-1","window_start":"2026-11-26 13:10:00Z"}')
  expect(windowKey({}, Buffer.concat([json, time(START)]))).toMatchObject({ window: '' })
  expect(windowKey({ keyWindow: 'start' }, json)).toEqual({ key: json, window: '' })
  expect(windowKey({ keyWindow: 'session' }, Buffer.from('short'))).toMatchObject({ window: '' })
})

test('any key gives its own bytes back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(4_000_000_000_000), (bytes, ms) => {
      const key = Buffer.from(bytes)
      const windowed = Buffer.concat([key, time(new Date(ms).toISOString())])
      expect(windowKey({ keyWindow: 'start' }, windowed).key.equals(key)).toBe(true)
    }),
  )
})
