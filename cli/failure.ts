import { KafkaRoomError } from '../kafka/errors.ts'
import { LocalRuntimeError } from '../local/errors.ts'
import { EXIT } from './exit.ts'

/** What to say of an error, and the exit code. Errors of ours are one line; others show where they come from on demand. */
export function failure(error: unknown): { line: string; code: number } {
  if (!(error instanceof Error)) return { line: `playstream: ${String(error)}`, code: EXIT.failed }
  if (error instanceof LocalRuntimeError && error.code === 'STOPPED') {
    return { line: `playstream: ${error.message}`, code: EXIT.stopped }
  }
  const ours = error instanceof KafkaRoomError || error instanceof LocalRuntimeError
  const trace = process.env.PLAYSTREAM_DEBUG ? `\n${error.stack}` : ''
  const advice = ours || trace ? '' : ' (PLAYSTREAM_DEBUG=1 shows where)'
  return { line: `playstream: ${error.message}${advice}${trace}`, code: EXIT.failed }
}
