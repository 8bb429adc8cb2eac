import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { newPlanFolder } from './plan-folder.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'playstream-home-'))
  onTestFinished(() => rmSync(home, { recursive: true }))
})

test('a plan’s folder is in the home and private to its owner, whatever the umask', () => {
  const mask = process.umask(0)
  onTestFinished(() => {
    process.umask(mask)
  })
  const folder = newPlanFolder(home)
  expect(folder.startsWith(join(home, 'plans'))).toBe(true)
  for (const one of [folder, join(home, 'plans')]) expect(statSync(one).mode & 0o777).toBe(0o700)
})

test('the plan of a killed process is removed by the next one, and the plan of a running process stays', () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  const left = join(home, 'plans', `${dead}-abcdef`)
  mkdirSync(left, { recursive: true })
  writeFileSync(join(left, 'plan'), 'hush')
  const mine = newPlanFolder(home)
  const other = newPlanFolder(home)
  expect(existsSync(left)).toBe(false)
  expect([mine, other].map((one) => existsSync(one))).toEqual([true, true])
})
