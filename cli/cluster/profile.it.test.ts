import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, inject, onTestFinished, test } from 'vitest'
import { Home } from '../../local/home.ts'
import { playstream } from '../testing/test-playstream.ts'

let home: Home

beforeEach(() => {
  home = new Home(mkdtempSync(join(tmpdir(), 'playstream-check-')))
  onTestFinished(() => rmSync(home.folder, { recursive: true }))
})

const local = (bootstrapServers: readonly string[], registryUrl: string) =>
  writeFileSync(home.profile, JSON.stringify({ bootstrapServers, registryUrl }))

test('a profile is checked by really connecting to its broker and registry', async () => {
  local(inject('bootstrapServers'), inject('registryUrl'))
  const { code, output } = await playstream(home, 'profile', 'check')
  expect(output).toBe('ok      Kafka\nok      registry')
  expect(code).toBe(0)
})

test('what does not answer is one line, and exit 1', async () => {
  local(['127.0.0.1:9'], inject('registryUrl'))
  const { code, output } = await playstream(home, 'profile', 'check', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(output)).toMatchObject({
    ok: false,
    checks: [{ service: 'Kafka', problem: expect.stringContaining('127.0.0.1:9') }, { service: 'registry' }],
  })
})

test('what all accounts of a deployment meet alike is said once', async () => {
  const keys = { kafka: { key: 'K', secret: 'hush' } }
  const cloud = {
    stage: 'dev',
    bootstrapServers: ['127.0.0.1:9'],
    registryUrl: 'http://127.0.0.1:9',
    accounts: { dashboard: { ...keys, registry: keys.kafka }, operator: keys },
  }
  writeFileSync(join(home.folder, 'cloud.json'), JSON.stringify(cloud))
  const { code, output } = await playstream(home, '--profile', 'cloud', 'profile', 'check')
  expect(code).toBe(1)
  const lines = output.split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^failed {2}Kafka as dashboard, operator: no broker answers at 127\.0\.0\.1:9/)
  expect(lines[1]).toMatch(/^failed {2}registry as dashboard: no schema registry answers/)
  expect(output).not.toContain('hush')
})
