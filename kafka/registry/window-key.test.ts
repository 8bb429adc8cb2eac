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

test('a key with a window is split into the key and the start of the window', () => {
  const key = Buffer.concat([Buffer.from('world-ö'), time(START)])
  expect(windowKey({ keyWindow: 'start' }, key)).toEqual({
    key: Buffer.from('world-ö'),
    window: ` from ${START}`,
  })
})

test('a key with a session is split into the key and the start and end of the session, which are stored end first', () => {
  const key = Buffer.concat([Buffer.from('txn-1'), time(END), time(START)])
  expect(windowKey({ keyWindow: 'session' }, key)).toEqual({
    key: Buffer.from('txn-1'),
    window: ` from ${START} to ${END}`,
  })
})

test('a key of a topic without windows, a key that is too short, and a key from Flink are unchanged', () => {
  const json = Buffer.from('{"host":"world-1","window_start":"2026-11-26 13:10:00Z"}')
  expect(windowKey({}, Buffer.concat([json, time(START)]))).toMatchObject({ window: '' })
  expect(windowKey({ keyWindow: 'start' }, json)).toEqual({ key: json, window: '' })
  expect(windowKey({ keyWindow: 'session' }, Buffer.from('short'))).toMatchObject({ window: '' })
})

test('any key is recovered from its windowed form', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(4_000_000_000_000), (bytes, ms) => {
      const key = Buffer.from(bytes)
      const windowed = Buffer.concat([key, time(new Date(ms).toISOString())])
      expect(windowKey({ keyWindow: 'start' }, windowed).key.equals(key)).toBe(true)
    }),
  )
})
