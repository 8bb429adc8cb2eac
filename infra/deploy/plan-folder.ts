import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../../kafka/is-alive.ts'
import { makePrivateFolder } from '../../kafka/private-files.ts'
import { PROFILE_FOLDER } from '../../kafka/profile/profile-folder.ts'

/** The name of a plan's folder begins with the process id of its owner. */
const NAME = /^(\d+)-/

/**
 * A new folder for a plan, which may contain secrets: in the home, so that nobody else reads it and a killed process's
 * plan survives until the next run at most. Removes the folders of processes that have ended.
 */
export function newPlanFolder(home = PROFILE_FOLDER): string {
  const plans = join(home, 'plans')
  makePrivateFolder(plans)
  for (const name of readdirSync(plans)) {
    const owner = Number(NAME.exec(name)?.[1] ?? 0)
    if (owner === 0 || !isAlive(owner)) rmSync(join(plans, name), { recursive: true, force: true })
  }
  return mkdtempSync(join(plans, `${process.pid}-`))
}
