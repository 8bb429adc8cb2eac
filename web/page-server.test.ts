import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { createPageServer, type PageOptions } from './page-server.ts'

const BUNDLE = { script: 'alert(1)', style: 'body{}', hash: 'abc' }
const HOST = { host: 'localhost:9400' }
const open: FastifyInstance[] = []

afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

function server(options: Partial<PageOptions> = {}): FastifyInstance {
  const app = createPageServer({ host: '127.0.0.1', port: 0, title: 'Page', bundle: BUNDLE, ...options })
  open.push(app)
  app.get('/api/secret', () => 'secret')
  return app
}

describe('a page', () => {
  test('comes with its script and style, and forbids everything from elsewhere', async () => {
    const app = server()
    const { statusCode, headers, body } = await app.inject({ url: '/', headers: HOST })
    expect(statusCode).toBe(200)
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(body).not.toMatch(/<script>|style=|<style/)
    for (const [, path] of body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect(await app.inject({ url: path as string, headers: HOST })).toMatchObject({ statusCode: 200 })
    }
  })

  test('is refused under a foreign name, on every path', async () => {
    const app = server()
    for (const url of ['/', '/api/secret', '/page-abc.js', '/nothing']) {
      const answer = await app.inject({ url, headers: { host: 'evil.example' } })
      expect(answer.statusCode).toBe(421)
      expect(answer.body).not.toContain('secret')
    }
  })

  test('is refused to the script of another page', async () => {
    const answer = await server().inject({
      url: '/api/secret',
      headers: { ...HOST, origin: 'http://evil.example' },
    })
    expect(answer.statusCode).toBe(403)
  })
})

describe('a page with a token', () => {
  const access = { token: 'open sesame' }

  test('is refused without the token, on every path', async () => {
    const app = server(access)
    for (const url of ['/', '/api/secret', '/page-abc.js', '/icon.svg', '/api/secret?token=open%20sesame']) {
      expect((await app.inject({ url, headers: HOST })).statusCode).toBe(401)
    }
    expect((await app.inject({ url: '/?token=wrong', headers: HOST })).statusCode).toBe(401)
  })

  test('takes the token from the address once, and keeps it in a cookie that no script can read', async () => {
    const app = server(access)
    const first = await app.inject({ url: '/?token=open%20sesame', headers: HOST })
    expect(first).toMatchObject({ statusCode: 303, headers: { location: '/' } })
    const cookie = String(first.headers['set-cookie'])
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
    const next = { ...HOST, cookie: cookie.split(';')[0] as string }
    expect((await app.inject({ url: '/api/secret', headers: next })).body).toBe('secret')
  })

  test('is open to a scraper with the token as a bearer', async () => {
    const headers = { ...HOST, authorization: 'Bearer open sesame' }
    expect((await server(access).inject({ url: '/api/secret', headers })).body).toBe('secret')
  })
})
