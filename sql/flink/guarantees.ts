import { GuaranteeError } from '../errors.ts'

/** Flink's settings that correct results need. */
const NEEDED = [
  {
    setting: 'execution.checkpointing.interval',
    isGranted: (value: string | undefined) => value !== undefined && !/^0\D*$/.test(value),
    wanted: "a time, such as '1 s'",
  },
  {
    setting: 'execution.checkpointing.mode',
    isGranted: (value: string | undefined) => (value ?? 'EXACTLY_ONCE').toUpperCase() === 'EXACTLY_ONCE',
    wanted: 'EXACTLY_ONCE',
  },
  {
    setting: 'execution.checkpointing.dir',
    isGranted: (value: string | undefined) => value !== undefined && value !== '',
    wanted: 'a folder or bucket that outlives Flink',
  },
] as const

/**
 * Requires that jobs make checkpoints, exactly once, to a durable place.
 * @throws GuaranteeError that names the first setting which does not guarantee this
 */
export function requireCheckpoints(settings: ReadonlyMap<string, string>, url: string): void {
  for (const { setting, isGranted, wanted } of NEEDED) {
    const value = settings.get(setting)
    if (isGranted(value)) continue
    throw new GuaranteeError(
      `Flink at ${url} has ${setting} = ${value ?? 'nothing'}, and exactly-once takes ${wanted}: set it in Flink’s config.yaml and ` +
        'start its SQL gateway again',
    )
  }
}
