import type { Secret } from '../../kafka/profile/secret.ts'
import { escapedJson } from './printable.ts'

/** `auto` is text on a terminal and JSON elsewhere. */
export const LOG_FORMATS = ['auto', 'text', 'json'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

type Level = 'info' | 'warn' | 'error'
type Sink = (level: Level, line: string) => void

/** What every command begins with: the line as it is, whatever its level. */
const asText: Sink = (_, line) => void process.stderr.write(`${line}\n`)

let sink = asText
const secrets = new Set<Secret>()

/** One line of progress, on standard error: standard output is for results. */
export function say(line: string): void {
  sink('info', masked(line))
}

/** Something went wrong and the work goes on, or may go on elsewhere. As text it looks like any other line. */
export function warn(line: string): void {
  sink('warn', masked(line))
}

/** Why the command fails. */
export function sayError(line: string): void {
  sink('error', masked(line))
}

/**
 * Writes every later line of this process as one JSON object, where the format asks for JSON: `level`, `time` (ISO 8601, UTC),
 * `component` and `msg`.
 * @param component what the lines come from: the application as the catalog names it
 */
export async function openLog(format: LogFormat, component: string): Promise<void> {
  sink = isJson(format) ? await jsonSink(component) : asText
}

/** Whether progress may be redrawn in place: on a terminal that does not show JSON. */
export function canRedraw(): boolean {
  return process.stderr.isTTY === true && sink === asText
}

/** Shows `***` wherever one of these secrets would stand in a later line. */
export function hideSecrets(...found: readonly Secret[]): void {
  for (const secret of found) secrets.add(secret)
}

function isJson(format: LogFormat): boolean {
  return format === 'json' || (format === 'auto' && !process.stderr.isTTY)
}

/** pino is loaded only here: a command that writes text does not wait for it. */
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
  // `component` says whose line it is.
  return (level, line) => log[level](line.replace(/^playstream: /, ''))
}

function masked(line: string): string {
  let text = line
  for (const secret of secrets) text = secret.maskedIn(text)
  return text
}
