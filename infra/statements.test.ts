import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { readStatements, splitStatements } from './statements.ts'

test('statements end with a semicolon, the last one also without', () => {
  expect(splitStatements('SELECT 1;\nSELECT 2')).toEqual(['SELECT 1', 'SELECT 2'])
})

test('a semicolon in a string, a quoted name or a comment ends nothing', () => {
  const text = "SELECT 'a;''b', `c;d` -- e;f\n/* g;h */ FROM t"
  expect(splitStatements(`${text};`)).toEqual([text])
})

test('what is only space or comment is no statement', () => {
  expect(splitStatements(' ;;\n-- nothing;\n/* at all */;')).toEqual([])
})

test('any statements put together are taken apart again', () => {
  const part = fc.constantFrom("'x;y'", '`a;b`', 'SELECT 1', '/* ; */', 'FROM t', "'it''s'")
  const statement = fc
    .array(part, { minLength: 1, maxLength: 5 })
    .map((parts) => ['INSERT', ...parts].join(' '))
  fc.assert(
    fc.property(fc.array(statement), (all) => {
      expect(splitStatements(all.join(';\n'))).toEqual(all)
    }),
  )
})

test('a folder’s statements are named for their files and in the files’ order', () => {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-sql-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, '20_dedup.sql'), 'SELECT 2; SELECT 3;')
  writeFileSync(join(folder, '10_Tables.sql'), 'SELECT 1')
  writeFileSync(join(folder, 'README.md'), 'no SQL')
  expect(readStatements(folder)).toEqual([
    { name: '10-tables-1', sql: 'SELECT 1' },
    { name: '20-dedup-1', sql: 'SELECT 2' },
    { name: '20-dedup-2', sql: 'SELECT 3' },
  ])
})

test('a folder that is not there has none', () => {
  expect(readStatements(join(tmpdir(), 'playstream-there-is-no-such-folder'))).toEqual([])
})
