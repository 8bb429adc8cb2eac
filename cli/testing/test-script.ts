import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { ROOT } from '../../local/home.ts'

/** Runs TypeScript of a few lines, which may import `cli/…`, in a process of its own whose standard error is a pipe. */
export function stderrOf(script: string, env: Readonly<Record<string, string>> = {}): string[] {
  const source = script.replaceAll(/ from '(cli|kafka)\//g, (_, module) => ` from '${join(ROOT, module)}/`)
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', source], {
    encoding: 'utf8',
    cwd: ROOT,
    env: { ...process.env, ...env },
  })
  expect(status, stderr).toBe(0)
  return stderr.split('\n').slice(0, -1)
}
