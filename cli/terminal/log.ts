import type { Secret } from '../../kafka/profile/secret.ts'
import { escapedJson } from './printable.ts'

/** `auto` is text on a terminal and JSON elsewhere. */
export const LOG_FORMATS = ['auto', 'text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

type Level = 'info' | 'warn' | 'error'
type Sink = (level: Level, line: string) => void

/** The sink before openLog: plain lines without a level. */
const asText: Sink = (_, line) => void process.stderr.write(`${line}\n`)

let sink = asText
const secrets = new Set<Secret>()

/** Writes a line of progress to standard error. Results belong on standard output. */
export function say(line: string): void {
  sink('info', masked(line))
}

/** Writes a warning to standard error: something went wrong, and the work continues. As text it looks like any other line. */
export function warn(line: string): void {
  sink('warn', masked(line))
}

/** Writes the reason why the command fails to standard error. */
export function sayError(line: string): void {
  sink('error', masked(line))
}

/**
 * Chooses the format of all later lines. A JSON line has `level`, `time` (ISO 8601, UTC), `component` and `msg`.
 * @param component the application that writes the lines, named as in the catalog
 */
export async function openLog(format: LogFormat, component: string): Promise<void> {
  sink = isJson(format) ? await jsonSink(component) : asText
}

/** Whether progress may be redrawn in place: only as text on a terminal. */
export function canRedraw(): boolean {
  return process.stderr.isTTY === true && sink === asText
}

/** Replaces these secrets with `***` in all later lines. */
export function hideSecrets(...found: readonly Secret[]): void {
  for (const secret of found) secrets.add(secret)
}

function isJson(format: LogFormat): boolean {
  return format === 'json' || (format === 'auto' && !process.stderr.isTTY)
}

/** Loads pino only when it is needed, so that other commands start faster. */
async function jsonSink(component: string): Promise<Sink> {
  const { pino, stdTimeFunctions } = await import('pino')
  // process.stderr is synchronous on pipes, files and terminals, so the last line is written before the process exits.
  const lines = { write: (line: string) => void process.stderr.write(`${escapedJson(line.trimEnd())}\n`) }
  const log = pino(
    {
      base: { component },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    lines,
  )
  // The field `component` replaces the prefix.
  return (level, line) => log[level](line.replace(/^playstream: /, ''))
}

function masked(line: string): string {
  let text = line
  for (const secret of secrets) text = secret.maskedIn(text)
  return text
}
