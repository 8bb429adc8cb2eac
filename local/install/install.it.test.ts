import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { Home } from '../home.ts'
import { ARTIFACTS, artifactFolder } from './artifacts.mjs'
import { requirePinned } from './digests.ts'
import { install } from './install.ts'

let home: Home

beforeEach(() => {
  home = new Home(mkdtempSync(join(tmpdir(), 'playstream-install-')))
  onTestFinished(() => rmSync(home.folder, { recursive: true }))
})

test('another home takes what the default one has fetched, to the last byte and for its owner only', async () => {
  const said: string[] = []
  await install(home, (line) => said.push(line))
  expect(said.filter((line) => line.includes('Maven'))).toEqual([])
  for (const service of ['kafka', 'registry'] as const) {
    const folder = artifactFolder(home.folder, service)
    expect(() => requirePinned(ARTIFACTS[service], folder)).not.toThrow()
    expect(statSync(folder).mode & 0o077).toBe(0)
  }
})
