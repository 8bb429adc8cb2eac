import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { Secret } from '../../kafka/profile/secret.ts'
import { idempotencyKey } from './alert.ts'
import { type Answer, Receiver } from './test-receiver.ts'
import { testReport } from './test-report.ts'
import { webhook } from './webhook.ts'

const SECRET = 'a shared secret'
let receiver: Receiver | undefined

afterEach(async () => {
  await receiver?.stop()
  receiver = undefined
})

async function posted(answers: Answer[], options: { retryForMs?: number; signal?: AbortSignal } = {}) {
  const server = await Receiver.start(...answers)
  receiver = server
  let retries = 0
  const sink = webhook({
    url: server.url,
    secret: new Secret(SECRET),
    retryForMs: options.retryForMs ?? 10_000,
    backoffMs: 1,
    onRetry: () => {
      retries += 1
    },
  })
  const outcome = await sink.deliver(testReport(), options.signal ?? new AbortController().signal).then(
    () => 'delivered',
    (error: Error) => error,
  )
  return { outcome, retries, received: server.received, origin: server.url.origin }
}

describe('a webhook', () => {
  test('gets the attack as JSON, signed over time and body, with its idempotency key', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { outcome, received } = await posted([{ status: 204 }])
    expect(outcome).toBe('delivered')
    const [{ headers, body }] = received as [(typeof received)[number]]
    expect(JSON.parse(body)).toEqual(testReport())
    expect(headers['content-type']).toBe('application/json')
    expect(headers['idempotency-key']).toBe(idempotencyKey(testReport()))
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['playstream-signature'])) ?? []
    expect(Number(time)).toBeGreaterThanOrEqual(before)
    expect(digest).toBe(createHmac('sha256', SECRET).update(`${time}.${body}`).digest('hex'))
  })

  test('is accepted by the code in docs/alerts.md, which rejects forged, changed and old requests', async () => {
    const page = readFileSync(new URL('../../docs/alerts.md', import.meta.url), 'utf8')
    const source = /```js\n([\s\S]*?)\n```/.exec(page)?.[1] ?? ''
    const { isGenuine } = await import(
      /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(source)}`
    )
    const { received } = await posted([{ status: 204 }])
    const [{ headers, body }] = received as [(typeof received)[number]]
    const header = headers['playstream-signature']
    expect(isGenuine(header, body, SECRET)).toBe(true)
    expect(isGenuine(header, body, 'another secret')).toBe(false)
    expect(isGenuine(header, `${body} `, SECRET)).toBe(false)
    expect(isGenuine(header, body, SECRET, Date.now() + 600_000)).toBe(false)
    expect(isGenuine(undefined, body, SECRET)).toBe(false)
  })

  test.each<[string, Answer]>([
    ['a 500', { status: 500 }],
    ['a 503', { status: 503 }],
    ['a 429', { status: 429 }],
    ['a lost connection', 'cut'],
  ])('is retried after %s, with the same key', async (_, failure) => {
    const { outcome, retries, received } = await posted([failure, failure, { status: 200 }])
    expect(outcome).toBe('delivered')
    expect(retries).toBe(2)
    expect(new Set(received.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(received).toHaveLength(3)
  })

  test.each([400, 401, 404, 410, 422, 302])('is not retried after a %i', async (status) => {
    const { outcome, received, origin } = await posted([
      { status, headers: { location: '/elsewhere' } },
      { status: 200 },
    ])
    expect(outcome).toMatchObject({ code: 'REFUSED', message: `${origin} answered ${status}` })
    expect(received).toHaveLength(1)
  })

  test('is given up after the retry time, with a message that does not contain the path', async () => {
    const { outcome } = await posted([{ status: 503 }], { retryForMs: 50 })
    expect(outcome).toMatchObject({ code: 'GAVE_UP', message: expect.stringContaining('answered 503') })
    expect(String(outcome)).not.toContain('secret')
  })

  test('is given up at once if Retry-After exceeds the retry time', async () => {
    const { outcome, received } = await posted([{ status: 429, headers: { 'retry-after': '60' } }])
    expect(outcome).toMatchObject({ code: 'GAVE_UP' })
    expect(received).toHaveLength(1)
  })

  test('does not delay a stop while the receiver is down', async () => {
    const stop = new AbortController()
    const asksToWait = { status: 503, headers: { 'retry-after': '300' } }
    const posting = posted([asksToWait], { retryForMs: 600_000, signal: stop.signal })
    await expect.poll(() => receiver?.received.length).toBe(1)
    stop.abort()
    expect((await posting).outcome).toMatchObject({ name: 'AbortError' })
  })
})
