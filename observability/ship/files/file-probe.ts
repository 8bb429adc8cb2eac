import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { PlainContent } from '../content/content.ts'
import type { Position } from '../content/cut-lines.ts'
import type { Mark } from '../content/fingerprint.ts'
import { FINGERPRINT_BYTES, isMarked, isOf, MARK_BYTES } from '../content/fingerprint.ts'
import { GzipContent, isGzip } from '../content/gzip-content.ts'
import type { Found } from '../folders/folders.ts'
import type { LogNames } from '../folders/rotated-name.ts'
import type { Entry } from './checkpoint.ts'

const BLOCK = 64 * 1024
const LINE_FEED = 10

/** What a file looks like before it is known which one it is. */
export interface FileProbe {
  readonly path: string
  /** Of the very moment in which its head was read. */
  readonly stats: Stats
  /** Its first bytes, or its text's. */
  readonly head: Buffer
  readonly isGzip: boolean
  /** A compressed file that breaks off before it tells what it begins with: it may still be being written. */
  readonly isUnfinished: boolean
}

/** What is known of a file that is followed. */
interface Followed {
  readonly entry: Pick<Entry, 'fingerprint'>
  readonly position: Position
  readonly marks: readonly Mark[]
}

/** @throws where the file cannot be read */
export async function probeFile(path: string): Promise<FileProbe> {
  return withFile(path, async (handle) => {
    const head = await readAt(handle, 0, FINGERPRINT_BYTES)
    if (!isGzip(head)) {
      // No earlier than its head.
      return { path, stats: await handle.stat(), head, isGzip: false, isUnfinished: false }
    }
    const content = new GzipContent(handle)
    const text = Buffer.alloc(FINGERPRINT_BYTES)
    const length = await content.read(text, 0)
    const isUnfinished = length < FINGERPRINT_BYTES && content.damage !== undefined
    const stats = await handle.stat()
    await content.close()
    return { path, stats, head: text.subarray(0, length), isGzip: true, isUnfinished }
  })
}

/**
 * Whether a file holds all that is known of what a tail follows: it begins alike, and has the same bytes before every position
 * that was read, given to the broker or acknowledged. False where the file cannot be read.
 */
export async function holds(look: FileProbe, { entry, position, marks }: Followed): Promise<boolean> {
  if (!isOf(entry.fingerprint, look.head)) return false
  if (!look.isGzip && look.stats.size < position.offset) return false
  if (marks.length === 0) return true
  return withContent(look, async (content) => {
    for (const mark of marks) {
      const window = Buffer.alloc(mark.length)
      const length = await content.read(window, mark.end - mark.length)
      if (!isMarked(mark, window.subarray(0, length))) return false
    }
    return true
  }).catch(() => false)
}

/** The last whole line that a file has before a position, as far as the bytes before it reach. */
export async function lineBefore(look: FileProbe, position: number): Promise<string> {
  const from = Math.max(0, position - MARK_BYTES)
  const bytes = await bytesOf(look.path, from, position - from)
  const lines = bytes?.toString().split('\n') ?? []
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? ''
}

/**
 * Whether a file's text begins and ends with what another one has at the same places: it is then a copy of it, as far as
 * it has come.
 * @param own what the other has, fewer bytes where it ends; undefined where it cannot be read
 */
export async function isBeginningOf(
  look: FileProbe,
  own: (from: number, length: number) => Promise<Buffer | undefined>,
): Promise<boolean> {
  const same = async (from: number, copied: Buffer) =>
    (await own(from, copied.length))?.equals(copied) === true
  if (!(await same(0, look.head))) return false
  const { size, last } = await endOfText(look)
  return same(size - last.length, last)
}

async function endOfText(look: FileProbe): Promise<{ readonly size: number; readonly last: Buffer }> {
  if (look.isGzip) return withContent(look, (content) => (content as GzipContent).end(MARK_BYTES))
  const { size } = look.stats
  const length = Math.min(size, MARK_BYTES)
  // Where it was cut off meanwhile, the rest is the rest of nothing.
  const last = (await bytesOf(look.path, size - length, length)) ?? Buffer.alloc(0)
  return { size: size - length + last.length, last }
}

/** The copies among the files, by what they are copies of: the file of their log that is written to, and that is older. */
export async function copiesAmong(
  files: readonly Found[],
  names: LogNames,
): Promise<ReadonlyMap<Found, readonly Found[]>> {
  const written = new Map(files.filter(({ path }) => names.isWritten(path)).map((file) => [file.path, file]))
  const copies = new Map<Found, Found[]>()
  for (const file of files) {
    const original = names.isWritten(file.path) ? undefined : written.get(names.logOf(file.path))
    if (!original || original.stats.birthtimeMs >= file.stats.birthtimeMs) continue
    if (await isCopy(file, original.path)) copies.set(original, [...(copies.get(original) ?? []), file])
  }
  return copies
}

/** Whether a file that is not empty is what another one begins with. */
export async function isCopy({ path, stats }: Found, other: string): Promise<boolean> {
  if (stats.size === 0) return false
  try {
    const look = await probeFile(path)
    return look.head.length > 0 && (await isBeginningOf(look, (from, length) => bytesOf(other, from, length)))
  } catch {
    return false
  }
}

export async function bytesOf(path: string, from: number, length: number): Promise<Buffer | undefined> {
  return withFile(path, (handle) => readAt(handle, from, length)).catch(() => undefined)
}

async function withContent<T>(
  { path, isGzip: isCompressed }: FileProbe,
  read: (content: PlainContent | GzipContent) => Promise<T>,
): Promise<T> {
  return withFile(path, async (handle) => {
    const content = isCompressed ? new GzipContent(handle) : new PlainContent(handle)
    try {
      return await read(content)
    } finally {
      await content.close()
    }
  })
}

async function withFile<T>(path: string, read: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r')
  try {
    return await read(handle)
  } finally {
    await handle.close()
  }
}

async function readAt(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length)
  const { bytesRead } = await handle.read(bytes, 0, length, from)
  return bytes.subarray(0, bytesRead)
}

/** Where the last whole line of a file ends: what is unfinished is shipped whole when it is finished. */
export async function endOf({ path, stats, isGzip: isCompressed }: FileProbe): Promise<number> {
  if (isCompressed) return Number.MAX_SAFE_INTEGER
  for (let end = stats.size; end > 0; end -= BLOCK) {
    const from = Math.max(0, end - BLOCK)
    const bytes = await bytesOf(path, from, end - from)
    const last = bytes?.lastIndexOf(LINE_FEED) ?? -1
    if (last >= 0) return from + last + 1
  }
  return 0
}
