import { CHECKS, OUTPUTS, type Row } from '../../sql/conformance/answers/row.ts'
import type { Difference } from '../../sql/conformance/compare.ts'
import type { Verdict } from '../../sql/conformance/run-waves.ts'
import type { Verification } from '../../sql/conformance/verify.ts'
import { table } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'

export interface Run extends Verification {
  readonly run: string
  readonly retention: string
}

/** How many differences of each output the text shows. */
const MAX_DIFFERENCES = 5
const KINDS = ['lost', 'doubled', 'unexpected', 'wrong'] as const

/** A verification as a table of the outputs, followed by the first differences of each. */
export function verificationText(run: Run): string {
  const { retention, verdicts, sent, isAnswered, unwell } = run
  const rows = verdicts.map((verdict) => [
    verdict.name,
    verdict.expected,
    verdict.actual,
    ...KINDS.map((kind) => countOf(verdict, kind)),
    { ...OUTPUTS, ...CHECKS }[verdict.name],
  ])
  const details = verdicts.flatMap(({ name, differences }) => [
    ...differences.slice(0, MAX_DIFFERENCES).map((difference) => `${name}: ${differenceText(difference)}`),
    ...(differences.length > MAX_DIFFERENCES
      ? [`${name}: and ${differences.length - MAX_DIFFERENCES} more (--json has all)`]
      : []),
  ])
  return [
    table([['output', 'expected', 'found', ...KINDS, `retention ${retention}`], ...rows]),
    ...details,
    ...(isAnswered ? [] : [`wave ${sent} had no complete answer in time, so no further waves were sent`]),
    ...(unwell.length > 0 ? [`not running: ${unwell.join(', ')}`] : []),
    isEqual(run) ? `${retention}: every record is as expected` : `${retention}: the output differs`,
  ].join('\n')
}

/** A verification as JSON, with every difference. */
export function verificationData(run: Run) {
  const { retention, verdicts, sent, isAnswered, unwell } = run
  return {
    run: run.run,
    retention,
    equal: isEqual(run),
    waves: sent,
    answered: isAnswered,
    unwell,
    outputs: verdicts,
  }
}

function isEqual({ verdicts, isAnswered }: Run): boolean {
  return isAnswered && verdicts.every(({ differences }) => differences.length === 0)
}

function countOf({ differences }: Verdict, kind: Difference['kind']): number {
  return differences.filter((difference) => difference.kind === kind).length
}

function differenceText(difference: Difference): string {
  if (difference.kind !== 'wrong') return `${difference.kind}: ${rowText(difference.row)}`
  const fields = Object.entries(difference.fields).map(
    ([name, { expected, actual }]) => `${name} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`,
  )
  return printable(`wrong: ${difference.key}: ${fields.join('; ')}`)
}

function rowText({ key, fields }: Row): string {
  const text = fields === undefined ? 'a tombstone' : JSON.stringify(fields)
  return printable(`${key}: ${text.length > 200 ? `${text.slice(0, 199)}…` : text}`)
}
