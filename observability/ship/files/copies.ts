import type { Found } from '../folders/folders.ts'
import type { LogNames } from '../folders/rotated-name.ts'
import { bytesOf, isBeginningOf, probeFile } from './file-probe.ts'

/** The copies among the files, by their originals: the live file of their log, if it is older than they are. */
export async function copiesAmong(
  files: readonly Found[],
  names: LogNames,
): Promise<ReadonlyMap<Found, readonly Found[]>> {
  const live = new Map(files.filter(({ path }) => names.isLive(path)).map((file) => [file.path, file]))
  const copies = new Map<Found, Found[]>()
  for (const file of files) {
    const original = names.isLive(file.path) ? undefined : live.get(names.logOf(file.path))
    if (!original || original.stats.birthtimeMs >= file.stats.birthtimeMs) continue
    if (await isCopy(file, original.path)) copies.set(original, [...(copies.get(original) ?? []), file])
  }
  return copies
}

/** Whether a file is not empty and another file begins with its content. False if either cannot be read. */
export async function isCopy({ path, stats }: Found, original: string): Promise<boolean> {
  if (stats.size === 0) return false
  try {
    const probe = await probeFile(path)
    const ownBytes = (from: number, length: number) => bytesOf(original, from, length)
    return probe.head.length > 0 && (await isBeginningOf(probe, ownBytes))
  } catch {
    return false
  }
}
