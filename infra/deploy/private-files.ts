import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../../kafka/private-files.ts'
import type { Settings } from '../settings/settings.ts'
import { type Synthesized, stateFile } from './synthesize.ts'

/**
 * Makes the files that Terraform writes for a stage readable by the owner only, whoever starts it and whatever its
 * umask: the folder with the plan, and a local state with its backup. Terraform keeps the mode of an existing file, and
 * takes an empty file for no state.
 */
export function keepPrivate(
  settings: Pick<Settings, 'stage' | 'state'>,
  { folder }: Synthesized,
  root?: string,
): void {
  chmodSync(folder, PRIVATE_FOLDER)
  for (const file of stateFiles(settings, root)) {
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true })
      closeSync(openSync(file, 'a', PRIVATE_FILE))
    }
  }
  closeState(settings, root)
}

/** Removes everyone else's access to a local state that an earlier version or another tool wrote. */
export function closeState(settings: Pick<Settings, 'stage' | 'state'>, root?: string): void {
  for (const file of stateFiles(settings, root)) if (existsSync(file)) chmodSync(file, PRIVATE_FILE)
}

function stateFiles({ stage, state }: Pick<Settings, 'stage' | 'state'>, root?: string): string[] {
  if (state.kind !== 'local') return []
  const file = stateFile(stage, root)
  return [file, `${file}.backup`]
}
