import { EXIT } from '../terminal/exit.ts'
import { say, sayError } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'

/** ChangeSet towards the catalog, ready to be shown and made. */
export interface ChangeSet {
  readonly changes: readonly {
    readonly line: string
    readonly data: Readonly<Record<string, unknown>>
    readonly apply: () => Promise<void>
  }[]
  /** What is there, is not declared, and is left alone. */
  readonly undeclared: readonly string[]
  readonly mode: 'diff' | 'dry-run' | 'apply'
  readonly json: boolean
}

/**
 * Shows each step before it is made, and goes on past one that fails, so that the others are not held up by it. Sets
 * the exit code: `diff` with steps to make 3, any step that failed 1.
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
    say(`not in the catalog, left alone (--allow-delete would delete): ${undeclared.join(', ')}`)
  if (json) printJson({ mode, changes: results, undeclared })
  else print(summary(mode, changes.length, failed))
  if (failed > 0) process.exitCode = EXIT.failed
  else if (mode === 'diff' && changes.length > 0) process.exitCode = EXIT.differs
}

function summary(mode: ChangeSet['mode'], count: number, failed: number): string {
  if (count === 0) return 'nothing to do: it is what the catalog says'
  if (mode === 'apply') return `${count - failed} of ${count} changes made`
  return `${count} ${count === 1 ? 'change' : 'changes'} to make`
}
