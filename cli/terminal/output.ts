import { once } from 'node:events'
import { EXIT } from './exit.ts'
import { sayError, warn } from './log.ts'
import { printableJson } from './printable.ts'

/** Fulfilled when standard output has failed: what is written from then on is dropped, and never waited for. */
const failed = Promise.withResolvers<void>()
let failure: NodeJS.ErrnoException | undefined

/**
 * What becomes of this program where standard output fails: a reader that has gone away, as `| head` does, or a disk that
 * is full. A verb that only reads ends at once, without a word where its reader has gone away. One that changes something
 * finishes what it has begun and keeps its exit code; where its results could not be written, it ends with 1 at least.
 */
export function watchOutput(reads: () => boolean): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (failure) return
    failure = error
    failed.resolve()
    const isGone = error.code === 'EPIPE'
    if (!isGone) {
      sayError(`playstream: standard output cannot be written: ${reasonOf(error)}`)
      process.exitCode = EXIT.failed
    }
    if (reads()) process.exit(isGone ? EXIT.ok : EXIT.failed)
    if (!isGone) warn('playstream: the work goes on; its result is not shown')
  })
  // There is nobody left to tell.
  process.stderr.on('error', () => undefined)
}

/** The exit code of a program whose standard output failed, instead of the one that it would have. */
export function exitCodeOf(code: number): number {
  return code === EXIT.ok && failure && failure.code !== 'EPIPE' ? EXIT.failed : code
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return (
    { ENOSPC: 'no space left on the device (ENOSPC)', EIO: 'input/output error (EIO)' }[code ?? ''] ?? message
  )
}

/** A result, on standard output. */
export function print(text: string): void {
  if (!failure) process.stdout.write(`${text}\n`)
}

/** A result for machines: one line of JSON. */
export function printJson(value: unknown): void {
  print(printableJson(value))
}

/** Writes results, and returns when standard output has room for more: memory stays bounded whatever the reader does. */
export async function writeText(text: string): Promise<void> {
  if (failure || process.stdout.write(text)) return
  const room = once(process.stdout, 'drain').catch(() => undefined)
  await Promise.race([room, failed.promise])
}

/** Writes results, and returns when standard output has taken them, so that their memory can be used anew. */
export function writeBytes(bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (failure) resolve()
    else process.stdout.write(bytes, () => resolve())
  })
}

/** Returns when standard output has taken all that was printed: for much of it, and before the program ends. */
export function flush(): Promise<void> {
  return writeBytes(Buffer.alloc(0))
}

/** Columns aligned: numbers to the right, everything else to the left. The first row is the heading. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => text(row[column]).length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const numeric = typeof (rows[1] ?? row)[column] === 'number'
          return numeric ? text(cell).padStart(widths[column] ?? 0) : text(cell).padEnd(widths[column] ?? 0)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A count with its thousands apart. (Without toLocaleString, which loads a locale's data first.) */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

function text(cell: string | number | undefined): string {
  return typeof cell === 'number' ? grouped(cell) : (cell ?? '')
}
