import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { closeState, keepPrivate } from './private-files.ts'

let root: string

beforeEach(() => {
  const mask = process.umask(0)
  root = mkdtempSync(join(tmpdir(), 'playstream-private-'))
  mkdirSync(join(root, 'stack'))
  onTestFinished(() => {
    process.umask(mask)
    rmSync(root, { recursive: true })
  })
})

const modeOf = (name: string) => statSync(join(root, name)).mode & 0o777
const STATE = 'terraform.playstream-dev.tfstate'
const keep = (kind: 'local' | 'gcs') =>
  keepPrivate(
    {
      stage: 'dev',
      state: kind === 'local' ? { kind } : { kind, bucket: 'b', path: 'p' },
    },
    { stack: 'playstream-dev', folder: join(root, 'stack') },
    root,
  )

test('a local state, its backup and the plan’s folder are private before Terraform writes them', () => {
  keep('local')
  expect([STATE, `${STATE}.backup`].map(modeOf)).toEqual([0o600, 0o600])
  expect(modeOf('stack')).toBe(0o700)
})

test('a state that others can read becomes private and keeps its content', () => {
  writeFileSync(join(root, STATE), '{"version":4}')
  chmodSync(join(root, STATE), 0o644)
  keep('local')
  expect(modeOf(STATE)).toBe(0o600)
  expect(statSync(join(root, STATE)).size).toBe(13)
})

test('a remote state leaves no local file', () => {
  keep('gcs')
  expect(existsSync(join(root, STATE))).toBe(false)
  expect(modeOf('stack')).toBe(0o700)
})

test('a deployment makes an existing state private, and creates none', () => {
  const settings = { stage: 'dev', state: { kind: 'local' } } as const
  closeState(settings, root)
  expect(existsSync(join(root, STATE))).toBe(false)
  writeFileSync(join(root, STATE), '{"version":4}')
  chmodSync(join(root, STATE), 0o644)
  closeState(settings, root)
  expect(modeOf(STATE)).toBe(0o600)
})
