import { once } from 'node:events'
import { printableJson } from './printable.ts'

/** One line for a person, on standard error: standard output is for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** A result, on standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** A result for machines: one line of JSON. */
export function printJson(value: unknown): void {
  print(printableJson(value))
}

/** Writes results, and returns when standard output has room for more: memory stays bounded whatever the reader does. */
export async function written(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** Writes results, and returns when standard output has taken them, so that their memory can be used anew. */
export function writtenBytes(bytes: Buffer): Promise<void> {
  return new Promise((resolve) => process.stdout.write(bytes, () => resolve()))
}

/** Returns when standard output has taken all that was printed: for much of it, and before the program ends. */
export function flushed(): Promise<void> {
  return new Promise((resolve) => process.stdout.write('', () => resolve()))
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
