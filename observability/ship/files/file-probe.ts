import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { LINE_FEED } from '../../formats/text/character-codes.ts'
import { PlainContent } from '../content/content.ts'
import type { Position } from '../content/cut-lines.ts'
import type { Mark } from '../content/fingerprint.ts'
import { FINGERPRINT_BYTES, isMarked, isOf, MARK_BYTES } from '../content/fingerprint.ts'
import { GzipContent, isGzip } from '../content/gzip-content.ts'
import type { Entry } from './checkpoint.ts'

const BLOCK = 64 * 1024

/** The beginning of a file, read to find out which file it is. */
export interface FileProbe {
  readonly path: string
  /** From right after its head was read. */
  readonly stats: Stats
  /** The first bytes of its text, decompressed if it is a gzip file. */
  readonly head: Buffer
  readonly isGzip: boolean
  /** Whether it is a compressed file that ends within its head: it may still be being written. */
  readonly isUnfinished: boolean
}

/** The part of a watched file that identifies its content. */
interface Identity {
  readonly entry: Pick<Entry, 'fingerprint'>
  readonly position: Position
  readonly marks: readonly Mark[]
}

/** @throws if the file cannot be read */
export async function probeFile(path: string): Promise<FileProbe> {
  return withFile(path, async (handle) => {
    const head = await readAt(handle, 0, FINGERPRINT_BYTES)
    if (!isGzip(head)) {
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
 * Whether a file holds the content of a watched file: it begins alike, and has the same bytes before the positions that were
 * read, sent and acknowledged. False if the file cannot be read.
 */
export async function holds(probe: FileProbe, { entry, position, marks }: Identity): Promise<boolean> {
  if (!isOf(entry.fingerprint, probe.head)) return false
  if (!probe.isGzip && probe.stats.size < position.offset) return false
  if (marks.length === 0) return true
  return withContent(probe, async (content) => {
    for (const mark of marks) {
      const window = Buffer.alloc(mark.length)
      const length = await content.read(window, mark.end - mark.length)
      if (!isMarked(mark, window.subarray(0, length))) return false
    }
    return true
  }).catch(() => false)
}

/** The last line of a file before a position; empty if there is none within `MARK_BYTES`. */
export async function lineBefore(probe: FileProbe, position: number): Promise<string> {
  const from = Math.max(0, position - MARK_BYTES)
  const bytes = await bytesOf(probe.path, from, position - from)
  const lines = bytes?.toString().split('\n') ?? []
  return lines.findLast((line) => line.trim() !== '')?.trim() ?? ''
}

/** Reads the other file of a comparison: fewer bytes where it ends; undefined if it cannot be read. */
type ReadOther = (from: number, length: number) => Promise<Buffer | undefined>

/** Whether another file has the first and the last bytes of a file's text at the same offsets: it is a copy, complete or not. */
export async function isBeginningOf(probe: FileProbe, own: ReadOther): Promise<boolean> {
  const begin = await own(0, probe.head.length)
  return begin?.equals(probe.head) === true && (await hasEndOf(probe, own))
}

/** Whether another file has the last bytes of a file's text at the same offset. */
export async function hasEndOf(probe: FileProbe, own: ReadOther): Promise<boolean> {
  const { size, last } = await endOfText(probe)
  return (await own(size - last.length, last.length))?.equals(last) === true
}

async function endOfText(probe: FileProbe): Promise<{ readonly size: number; readonly last: Buffer }> {
  if (probe.isGzip) return withContent(probe, (content) => (content as GzipContent).end(MARK_BYTES))
  const { size } = probe.stats
  const length = Math.min(size, MARK_BYTES)
  // Fewer bytes, or none, if the file was truncated meanwhile.
  const last = (await bytesOf(probe.path, size - length, length)) ?? Buffer.alloc(0)
  return { size: size - length + last.length, last }
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

/** Where the last whole line of a file ends. An unfinished line is left out, so that it is shipped whole later. */
export async function endOfLastLine({ path, stats, isGzip: isCompressed }: FileProbe): Promise<number> {
  if (isCompressed) return Number.MAX_SAFE_INTEGER
  for (let end = stats.size; end > 0; end -= BLOCK) {
    const from = Math.max(0, end - BLOCK)
    const bytes = await bytesOf(path, from, end - from)
    const last = bytes?.lastIndexOf(LINE_FEED) ?? -1
    if (last >= 0) return from + last + 1
  }
  return 0
}
