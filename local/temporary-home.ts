import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Home } from './home.ts'

/** An empty home in the system's temporary folder that shares the installed services of the default one. */
export function temporaryHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-test-'))
  const services = join(Home.default().folder, 'runtime')
  mkdirSync(services, { recursive: true })
  symlinkSync(services, join(folder, 'runtime'))
  return new Home(folder)
}
