import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KINDS, type KindRule } from './kind.ts'
import { includes, MODES } from './mode.ts'

const DOCUMENT = readFileSync(new URL('../../../docs/ssh-rules.md', import.meta.url), 'utf8')

/** The row of a kind in the document. */
function rowOf(kind: string, rule: KindRule): string {
  const { outcome } = rule
  const cells = MODES.map((mode) => {
    if (outcome === 'success') return 'success'
    if (outcome === 'info') return rule.held ? 'held' : ''
    if (!includes(mode, outcome)) return ''
    return rule.preauthOnly ? 'preauth' : 'failure'
  })
  return `| \`${kind}\` | ${rule.line} | ${cells.join(' | ')} |`
}

describe('docs/ssh-rules.md', () => {
  test('has exactly one row for every kind, in the order of KINDS', () => {
    const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toEqual(Object.entries<KindRule>(KINDS).map(([kind, rule]) => rowOf(kind, rule)))
  })
})
