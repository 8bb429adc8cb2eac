import { CatalogError } from '../../catalog/errors.ts'
import { InfraError, SettingsError } from '../../infra/errors.ts'
import { KafkaRoomError } from '../../kafka/errors.ts'
import { LocalRuntimeError } from '../../local/errors.ts'
import { CheckpointError } from '../../observability/ship/files/checkpoint.ts'
import { SqlError, StoppedError } from '../../sql/errors.ts'
import { EXIT } from './exit.ts'

/** What to say of an error, and the exit code. Errors of ours are one line; others show where they come from on demand. */
export function failure(error: unknown): { line: string; code: number } {
  if (!(error instanceof Error)) return { line: `playstream: ${String(error)}`, code: EXIT.failed }
  if (error instanceof LocalRuntimeError && error.code === 'STOPPED') {
    return { line: `playstream: ${error.message}`, code: EXIT.stopped }
  }
  if (error instanceof StoppedError) return { line: `playstream: ${error.message}`, code: EXIT.stopped }
  const code = error instanceof SettingsError ? EXIT.usage : EXIT.failed
  const ours = [CatalogError, KafkaRoomError, LocalRuntimeError, InfraError, CheckpointError, SqlError].some(
    (kind) => error instanceof kind,
  )
  const trace = process.env.PLAYSTREAM_DEBUG ? `\n${error.stack}` : ''
  const advice = ours || trace ? '' : ' (PLAYSTREAM_DEBUG=1 shows where)'
  return { line: `playstream: ${error.message}${advice}${trace}`, code }
}
