import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Schema } from '../../catalog/schemas.ts'
import type { Profile } from '../profile/profile.ts'
import { Registry } from './registry.ts'

let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  vi.useRealTimers()
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A registry client whose server gives any answer. */
async function registryThat(answer: Answer): Promise<{ registry: Registry; url: string }> {
  const opened = createServer(answer)
  server = opened
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(opened.address() as AddressInfo).port}`
  const profile: Profile = { name: 'test', bootstrapServers: [], tls: false, registry: { url } }
  return { registry: new Registry(profile), url }
}

function json(status: number, content: unknown): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
  }
}

function page(status: number, text: string): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(text)
  }
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.fail('it did not fail'),
    (error: Error) => error,
  )
}

const schema: Schema = {
  subject: 'player',
  type: 'AVRO',
  text: '"string"',
  references: [],
  compatibility: 'BACKWARD',
}

describe('avroType when the registry', () => {
  const login = '<!DOCTYPE html>\n<html><body>Log in</body></html>'
  test.each([
    ['refuses the credentials', 401, json(401, { error_code: 401, message: 'Unauthorized' }), 'Unauthorized'],
    ['is behind a failing gateway', 502, page(502, '<h1>Bad\nGateway</h1>'), 'Bad Gateway'],
    ['fails', 500, json(500, { error_code: 50001, message: 'Error in\nthe store' }), 'Error in the store'],
    ['is not under this path', 404, page(404, 'no'), 'its address may lack a path'],
    ['is not under this path, and a server says so in JSON', 404, json(404, {}), 'may lack a path'],
    ['is a login page', 200, page(200, login), '<!DOCTYPE html> <html>'],
    ['answers without a schema', 200, json(200, { id: 7 }), '{"id":7}'],
    ['answers null', 200, json(200, null), 'null'],
  ])('%s throws a RegistryError, not a PayloadError', async (_, status, answer, reason) => {
    const { registry, url } = await registryThat(answer)
    const error = await failureOf(registry.avroType(7))
    expect(error).toMatchObject({ name: 'RegistryError', status })
    expect(error.message).toContain(url)
    expect(error.message).toContain('GET /schemas/ids/7')
    expect(error.message).toContain(reason)
    expect(error.message).not.toContain('\n')
  })

  test('does not respond throws an UnreachableError within seconds', { timeout: 15_000 }, async () => {
    const { registry, url } = await registryThat(() => undefined)
    const error = await failureOf(registry.avroType(7))
    expect(error).toMatchObject({
      name: 'UnreachableError',
      message: `no schema registry answers at ${url}: no answer within 8 s (profile 'test')`,
    })
  })
})

test('a request that gets a 503 is retried', async () => {
  let asked = 0
  const { registry } = await registryThat((request, response) => {
    asked += 1
    const answer = asked === 1 ? page(503, 'busy') : json(200, { schema: '"string"' })
    answer(request, response)
  })
  expect((await registry.avroType(7)).typeName).toBe('string')
  expect(asked).toBe(2)
})

describe('avroType throws a PayloadError', () => {
  test('if the registry does not know the schema', async () => {
    const { registry } = await registryThat(json(404, { error_code: 40403, message: 'Schema not found' }))
    await expect(registry.avroType(7)).rejects.toMatchObject({ code: 'UNKNOWN_SCHEMA' })
  })

  test('if the schema references a deleted schema', async () => {
    const references = [{ name: 'a.B', subject: 'b', version: 3 }]
    const { registry } = await registryThat((request, response) => {
      const answer = request.url?.startsWith('/schemas/')
        ? json(200, { schema: '["a.B"]', references })
        : json(404, { error_code: 40402, message: 'Version 3 not found' })
      answer(request, response)
    })
    await expect(registry.avroType(7)).rejects.toMatchObject({
      code: 'INCOMPATIBLE_SCHEMA',
      message: expect.stringContaining('Version 3 not found'),
    })
  })
})

describe('idOf rejects', () => {
  test.each([0, -3, 1.5, 2 ** 31, '7', null])('the invalid schema id %j', async (id) => {
    const { registry, url } = await registryThat(json(200, { id, version: 1 }))
    const error = await failureOf(registry.idOf(schema, [schema]))
    expect(error.message).toContain(`${url} does not answer POST /subjects/player as a schema registry does`)
  })
})

test('an error shows at most 200 characters of a response, without control characters', async () => {
  const message = `\u001b[31mno\u0007\n${'x'.repeat(5_000)}`
  const { registry } = await registryThat(json(422, { error_code: 42201, message }))
  const error = await failureOf(registry.subjects())
  expect(error.message).toMatch(/^the schema registry at \S+ answered 422 to GET \/subjects: no x{190,198}…$/)
})
