import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Settings } from '../settings/settings.ts'
import { type Synthesized, stateFile } from './synthesize.ts'

/**
 * Makes sure that only the owner can read what Terraform writes for a stage, whoever starts it and whatever its umask: the
 * folder with the plan, and the file of a local state with its backup. Terraform keeps the mode of a file that is there,
 * and takes an empty one for no state.
 */
export function keepPrivate(
  settings: Pick<Settings, 'stage' | 'state'>,
  { folder }: Synthesized,
  root?: string,
): void {
  chmodSync(folder, 0o700)
  if (settings.state.kind !== 'local') return
  const state = stateFile(settings.stage, root)
  for (const file of [state, `${state}.backup`]) {
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true })
      closeSync(openSync(file, 'a', 0o600))
    }
    chmodSync(file, 0o600)
  }
}
