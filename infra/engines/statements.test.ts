import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { readStatements } from './statements.ts'

test('a folder’s statements are named after their files, in the files’ order, with the catalog’s names substituted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'playstream-sql-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, '20-dedup.sql'), "-- why\nSELECT ';2'; SELECT `${transactions}`;")
  writeFileSync(join(folder, '10-tables.sql'), 'SELECT 1;')
  writeFileSync(join(folder, 'README.md'), 'no SQL')
  expect(readStatements(folder)).toEqual([
    { name: '10-tables-1', sql: 'SELECT 1' },
    { name: '20-dedup-1', sql: "SELECT ';2'" },
    { name: '20-dedup-2', sql: 'SELECT `transactions`' },
  ])
})

test('a folder that does not exist has no statements', () => {
  expect(readStatements(join(tmpdir(), 'playstream-there-is-no-such-folder'))).toEqual([])
})

test('the statements for Confluent Cloud name no connector and have no open variable', () => {
  const statements = readStatements(fileURLToPath(new URL('../../sql/flink-cloud', import.meta.url)))
  expect(statements.length).toBeGreaterThan(0)
  for (const { sql } of statements) {
    expect(sql).not.toMatch(/'connector'|bootstrap/)
    expect(sql).not.toContain('$' + '{')
    expect(sql).toMatch(/^(?:INSERT INTO|ALTER TABLE|CREATE VIEW) /)
  }
})
