import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { EventStream } from './event-stream.ts'

let server: Server
let stream: EventStream

afterEach(() => {
  stream.close()
  server.closeAllConnections()
  server.close()
})

async function serve(): Promise<string> {
  stream = new EventStream()
  server = createServer((_, response) => stream.add(response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Reads events until one has the data. */
async function until(url: string, data: string): Promise<string> {
  const response = await fetch(url)
  let text = ''
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += new TextDecoder().decode(part)
    if (text.includes(`data: ${data}\n`)) return text
  }
  return text
}

test('a newcomer gets the latest state of each event, and then what comes', async () => {
  const url = await serve()
  stream.send('count', 1)
  stream.send('count', 2)
  stream.send('other', 'x')
  const text = until(url, '3')
  await vi.waitFor(() => expect(stream.viewers).toBe(1))
  stream.send('count', 3)
  expect((await text).match(/data: .*/g)).toEqual(['data: 2', 'data: "x"', 'data: 3'])
})

test('a text of several lines stays one event', async () => {
  const url = await serve()
  stream.send('text', 'a\n\nevent: fake\ndata: 1')
  expect(await until(url, '"a\\n\\nevent: fake\\ndata: 1"')).not.toContain('\nevent: fake\n')
})

test('a viewer that does not read costs bounded memory and misses no last state', async () => {
  const url = new URL(await serve())
  const socket = connect(Number(url.port), url.hostname)
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await vi.waitFor(() => expect(stream.viewers).toBe(1))
  const big = 'x'.repeat(100_000)
  for (let count = 0; count < 200; count += 1) stream.send('big', `${count} ${big}`)
  stream.send('last', 'the end')
  expect(stream.waiting).toBeLessThan(2_000_000)
  let text = ''
  socket.on('data', (part) => {
    text += part
  })
  socket.resume()
  await vi.waitFor(() => expect(text).toContain('the end'), { timeout: 10_000 })
  expect(text).toContain('"199 x')
  expect(text.length).toBeLessThan(20_000_000)
  socket.destroy()
  await vi.waitFor(() => expect(stream.viewers).toBe(0))
})

test('closing ends the connections of all viewers', async () => {
  const url = await serve()
  const ended = until(url, 'never')
  await vi.waitFor(() => expect(stream.viewers).toBe(1))
  stream.close()
  await ended
  expect(stream.viewers).toBe(0)
})
