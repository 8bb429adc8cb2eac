import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that exists until the test ends. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-profile-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}
