import { PlaystreamError } from '../../catalog/errors.ts'
import { SettingsError } from '../../infra/errors.ts'
import { LocalRuntimeError } from '../../local/errors.ts'
import { StoppedError } from '../../sql/errors.ts'
import { EXIT } from './exit.ts'

/** The message and the exit code for an error. An error of an unknown class mentions PLAYSTREAM_DEBUG, which adds the stack trace. */
export function failure(error: unknown): { line: string; code: number } {
  if (!(error instanceof Error)) return { line: `playstream: ${String(error)}`, code: EXIT.failed }
  if (error instanceof LocalRuntimeError && error.code === 'STOPPED') {
    return { line: `playstream: ${error.message}`, code: EXIT.stopped }
  }
  if (error instanceof StoppedError) return { line: `playstream: ${error.message}`, code: EXIT.stopped }
  const code = error instanceof SettingsError ? EXIT.usage : EXIT.failed
  const trace = process.env.PLAYSTREAM_DEBUG ? `\n${error.stack}` : ''
  const advice = error instanceof PlaystreamError || trace ? '' : ' (PLAYSTREAM_DEBUG=1 shows where)'
  return { line: `playstream: ${error.message}${advice}${trace}`, code }
}
