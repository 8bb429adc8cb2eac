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
  for (const file of stateFiles(settings, root)) {
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true })
      closeSync(openSync(file, 'a', 0o600))
    }
  }
  closeState(settings, root)
}

/** Takes from everybody but the owner what an earlier version or another tool let them do with a local state. */
export function closeState(settings: Pick<Settings, 'stage' | 'state'>, root?: string): void {
  for (const file of stateFiles(settings, root)) if (existsSync(file)) chmodSync(file, 0o600)
}

function stateFiles({ stage, state }: Pick<Settings, 'stage' | 'state'>, root?: string): string[] {
  if (state.kind !== 'local') return []
  const file = stateFile(stage, root)
  return [file, `${file}.backup`]
}
