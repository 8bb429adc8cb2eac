import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { FINGERPRINT_BYTES } from './fingerprint.ts'
import type { Found } from './folders.ts'
import { COMPRESSED_HEAD_BYTES, isGzip, textHead } from './gzip-content.ts'
import { isWritten, logOf } from './rotated-name.ts'

const BLOCK = 64 * 1024
const LINE_FEED = 10

/** What a file looks like before it is known which one it is. */
export interface Look {
  readonly path: string
  /** Of the very moment in which its head was read. */
  readonly stats: Stats
  /** Its first bytes, or its text's. */
  readonly head: Buffer
  readonly isGzip: boolean
}

/** `unfinished` is a compressed file that does not tell yet what it begins with. */
export async function lookInto(path: string): Promise<Look | 'unreadable' | 'unfinished'> {
  const found = await opened(path, async (handle) => ({
    head: await readAt(handle, 0, COMPRESSED_HEAD_BYTES),
    // No earlier than its head.
    stats: await handle.stat(),
  }))
  if (found === undefined) return 'unreadable'
  const { head, stats } = found
  if (!isGzip(head)) return { path, stats, head: head.subarray(0, FINGERPRINT_BYTES), isGzip: false }
  const text = textHead(head)
  const isWhole = head.length >= stats.size
  if (text === undefined || (text.length < FINGERPRINT_BYTES && !isWhole)) return 'unfinished'
  return { path, stats, head: text.subarray(0, FINGERPRINT_BYTES), isGzip: true }
}

/**
 * Whether a file of `size` bytes begins and ends with what another one has at the same places: it is then a copy of it, as
 * far as it has come.
 * @param own what the other has, fewer bytes where it ends; undefined where it cannot be read
 */
export async function isBeginningOf(
  path: string,
  size: number,
  own: (from: number, length: number) => Promise<Buffer | undefined>,
): Promise<boolean> {
  for (const from of new Set([0, Math.max(0, size - FINGERPRINT_BYTES)])) {
    const length = Math.min(FINGERPRINT_BYTES, size - from)
    const copied = await bytesOf(path, from, length)
    const others = await own(from, length)
    if (copied?.length !== length || others === undefined || !copied.equals(others)) return false
  }
  return true
}

/** The copies among the files, by what they are copies of: the file of their log that is written to, and that is older. */
export async function copiesAmong(files: readonly Found[]): Promise<ReadonlyMap<Found, readonly Found[]>> {
  const written = new Map(files.filter(({ path }) => isWritten(path)).map((file) => [file.path, file]))
  const copies = new Map<Found, Found[]>()
  for (const file of files) {
    const original = isWritten(file.path) ? undefined : written.get(logOf(file.path))
    if (!original || original.stats.birthtimeMs >= file.stats.birthtimeMs) continue
    if (await isCopy(file, original.path)) copies.set(original, [...(copies.get(original) ?? []), file])
  }
  return copies
}

/** Whether a file that is not empty is what another one begins with. */
export async function isCopy({ path, stats }: Found, other: string): Promise<boolean> {
  return stats.size > 0 && isBeginningOf(path, stats.size, (from, length) => bytesOf(other, from, length))
}

async function bytesOf(path: string, from: number, length: number): Promise<Buffer | undefined> {
  return opened(path, (handle) => readAt(handle, from, length))
}

async function opened<T>(path: string, read: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    return await read(handle)
  } catch {
    return undefined
  } finally {
    await handle?.close()
  }
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  const { bytesRead } = await handle.read(bytes, 0, length, from)
  return bytes.subarray(0, bytesRead)
}

/** Where the last whole line of a file ends: what is unfinished is shipped whole when it is finished. */
export async function endOf({ path, stats, isGzip: isCompressed }: Look): Promise<number> {
  if (isCompressed) return Number.MAX_SAFE_INTEGER
  for (let end = stats.size; end > 0; end -= BLOCK) {
    const from = Math.max(0, end - BLOCK)
    const bytes = await bytesOf(path, from, end - from)
    const last = bytes?.lastIndexOf(LINE_FEED) ?? -1
    if (last >= 0) return from + last + 1
  }
  return 0
}
