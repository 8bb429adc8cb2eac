import { once } from 'node:events'
import { EXIT } from './exit.ts'
import { sayError, warn } from './log.ts'
import { printableJson } from './printable.ts'

/** Resolves when standard output has failed. Everything written after that is dropped without waiting. */
const failed = Promise.withResolvers<void>()
let failure: NodeJS.ErrnoException | undefined

/**
 * Handles a failing standard output: a reader that is gone, as after `| head`, or a full disk. A command that only reports
 * ends at once, silently if its reader is gone. A command that changes something finishes its work; its exit code becomes 1
 * only if it succeeded and its results could not be written to disk.
 * @param endsOnFailure whether the running command only reports
 */
export function watchOutput(endsOnFailure: () => boolean): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (failure) return
    failure = error
    failed.resolve()
    const isGone = error.code === 'EPIPE'
    if (!isGone) {
      sayError(`playstream: standard output cannot be written: ${reasonOf(error)}`)
      process.exitCode = EXIT.failed
    }
    if (endsOnFailure()) process.exit(isGone ? EXIT.ok : EXIT.failed)
    if (!isGone) warn('playstream: the work goes on; its result is not shown')
  })
  // When standard error fails there is nowhere left to report it.
  process.stderr.on('error', () => undefined)
}

/** The exit code of the program, given the code that it would have if standard output had not failed. */
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

/** A result as one line of JSON. */
export function printJson(value: unknown): void {
  print(printableJson(value))
}

/** Writes results and returns when standard output can take more, so that a slow reader does not fill the memory. */
export async function writeText(text: string): Promise<void> {
  if (failure || process.stdout.write(text)) return
  const room = once(process.stdout, 'drain').catch(() => undefined)
  await Promise.race([room, failed.promise])
}

/** Writes results and returns when standard output has taken them, so that the caller may reuse the buffer. */
export function writeBytes(bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (failure) resolve()
    else process.stdout.write(bytes, () => resolve())
  })
}

/** Returns when standard output has taken everything printed so far. */
export function flush(): Promise<void> {
  return writeBytes(Buffer.alloc(0))
}

/** A table with aligned columns: numbers to the right, text to the left. The first row is the heading. */
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

/** A count with commas between thousands. Not by toLocaleString, which first loads the data of a locale. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

function text(cell: string | number | undefined): string {
  return typeof cell === 'number' ? grouped(cell) : (cell ?? '')
}
