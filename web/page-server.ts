import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Access, isOurHost, isOurOrigin, isToken, requireClosed } from './access.ts'
import type { Bundle } from './bundle.ts'

const COOKIE = 'playstream_token'

/** Nothing but what this server sends may run, be shown or be connected to. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export interface PageOptions extends Access {
  /** 0 for any free port. */
  readonly port: number
  readonly title: string
  readonly bundle: Bundle
}

/**
 * A web server for one page, closed to strangers: it answers under its own names only, to its own page only, and on other
 * addresses than loopback to holders of the token only. Add routes, then listen.
 * @throws AccessError for an address that others can reach, without a token
 */
export function createPageServer(options: PageOptions): FastifyInstance {
  requireClosed(options)
  const app = fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } })
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(HEADERS)
    const refusal = refusalOf(request, options)
    if (refusal) void reply.code(refusal.code).type('text/plain').send(`${refusal.reason}\n`)
    else done()
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const code = error.statusCode ?? 500
    void reply.code(code).send({ error: error.message })
  })
  app.setNotFoundHandler((_, reply) => void reply.code(404).send({ error: 'there is no such page' }))
  servePage(app, options)
  return app
}

/** Starts listening, and says where. */
export async function listen(app: FastifyInstance, { host, port }: PageOptions): Promise<string> {
  await app.listen({ host, port })
  const { port: bound } = app.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

function servePage(app: FastifyInstance, { title, bundle, token }: PageOptions): void {
  const page = html(title, bundle)
  app.get('/', (request, reply) => {
    const { token: given } = request.query as { token?: string }
    if (token !== undefined && given !== undefined) return signIn(reply, given)
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
  })
  const forever = 'public, max-age=31536000, immutable'
  app.get(`/page-${bundle.hash}.js`, (_, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', forever).send(bundle.script),
  )
  app.get(`/page-${bundle.hash}.css`, (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', forever).send(bundle.style),
  )
  app.get('/icon.svg', (_, reply) => reply.type('image/svg+xml').send(ICON))
}

/** Keeps the token in a cookie that scripts cannot read, and takes it out of the address. */
function signIn(reply: FastifyReply, token: string): FastifyReply {
  return reply
    .header('set-cookie', `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`)
    .redirect('/', 303)
}

function refusalOf(
  request: FastifyRequest,
  access: Access,
): { readonly code: number; readonly reason: string } | undefined {
  const { host, origin } = request.headers
  if (!isOurHost(host, access)) {
    return { code: 421, reason: 'This server does not answer under that name. --allow-host adds a name.' }
  }
  if (!isOurOrigin(origin, host)) return { code: 403, reason: 'Requests of other pages are refused.' }
  if (access.token === undefined || isToken(tokenOf(request), access.token)) return undefined
  return { code: 401, reason: 'Open this page with ?token=… once, or send Authorization: Bearer ….' }
}

function tokenOf(request: FastifyRequest): string | undefined {
  const bearer = request.headers.authorization?.match(/^Bearer (.+)$/)?.[1]
  const cookie = request.headers.cookie?.match(new RegExp(`(?:^|; )${COOKIE}=([^;]*)`))?.[1]
  const { token } = request.query as { token?: string }
  return bearer ?? (request.routeOptions.url === '/' ? token : undefined) ?? (cookie && decoded(cookie))
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function html(title: string, { hash }: Bundle): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page-${hash}.css">
<script type="module" src="/page-${hash}.js"></script>
</head>
<body><div id="page"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/><path d="M7 11h12M7 16h18M7 21h9" stroke="#fff" stroke-width="3" stroke-linecap="round"/><circle cx="23" cy="11" r="2.5" fill="#fbbf24"/></svg>`
