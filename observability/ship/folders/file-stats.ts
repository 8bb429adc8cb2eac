import { type Stats, statSync } from 'node:fs'

/** What a path leads to; undefined if it leads nowhere or cannot be followed. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/**
 * Whether this process sees when inodes were created. Where statx(2) is not available, Node reports the time of the last change
 * instead. With statx, at least one of these files has been changed after it was created.
 */
export const TELLS_BIRTH = ['/proc', '/', process.execPath].some((path) => {
  const stats = statsOf(path)
  return stats !== undefined && stats.birthtimeMs !== stats.ctimeMs
})
