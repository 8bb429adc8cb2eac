import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PROFILE_FOLDER } from '../../kafka/profile/profile-folder.ts'

/** The name of a plan's folder begins with the process id of its owner. */
const NAME = /^(\d+)-/

/**
 * A new folder for a plan, which may contain secrets: in the home, so that nobody else reads it and a killed process's
 * plan survives until the next run at most. Removes the folders of processes that have ended.
 */
export function newPlanFolder(home = PROFILE_FOLDER): string {
  const plans = join(home, 'plans')
  mkdirSync(plans, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(plans)) {
    const owner = Number(NAME.exec(name)?.[1] ?? 0)
    if (owner === 0 || !isAlive(owner)) rmSync(join(plans, name), { recursive: true, force: true })
  }
  return mkdtempSync(join(plans, `${process.pid}-`))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
