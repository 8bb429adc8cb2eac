import { EXIT } from '../terminal/exit.ts'
import { say, sayError } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'

/** The changes that make a cluster match the catalog. */
export interface ChangeSet {
  readonly changes: readonly {
    readonly line: string
    readonly data: Readonly<Record<string, unknown>>
    readonly apply: () => Promise<void>
  }[]
  /** What exists but is not in the catalog. It is not changed. */
  readonly undeclared: readonly string[]
  readonly mode: 'diff' | 'dry-run' | 'apply'
  readonly json: boolean
}

/**
 * Shows each change, then applies it in mode `apply`. A failed change does not stop the others. Sets the exit code: 1 when a
 * change failed, 3 when `diff` found changes.
 */
export async function applyChanges(steps: ChangeSet): Promise<void> {
  const { changes, undeclared, mode, json } = steps
  const results: Record<string, unknown>[] = []
  let failed = 0
  for (const { line, data, apply } of changes) {
    if (json) say(line)
    else print(line)
    if (mode !== 'apply') {
      results.push(data)
      continue
    }
    try {
      await apply()
      results.push({ ...data, done: true })
    } catch (error) {
      failed += 1
      sayError(`playstream: ${(error as Error).message}`)
      results.push({ ...data, done: false, error: (error as Error).message })
    }
  }
  if (undeclared.length > 0)
    say(`not in the catalog and left alone (--allow-delete deletes them): ${undeclared.join(', ')}`)
  if (json) printJson({ mode, changes: results, undeclared })
  else print(summary(mode, changes.length, failed))
  if (failed > 0) process.exitCode = EXIT.failed
  else if (mode === 'diff' && changes.length > 0) process.exitCode = EXIT.differs
}

function summary(mode: ChangeSet['mode'], count: number, failed: number): string {
  if (count === 0) return 'nothing to do: everything matches the catalog'
  if (mode === 'apply') return `${count - failed} of ${count} changes applied`
  return `${count} ${count === 1 ? 'change' : 'changes'} to apply`
}
