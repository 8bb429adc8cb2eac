import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { topics } from '../../catalog/topics.ts'
import { scriptVariables } from '../scripts/script-variables.ts'
import { readStatements } from '../scripts/scripts.ts'
import { flinkScripts } from './scripts.ts'

// What can be checked of the scripts for Confluent Cloud without an account: they are readable, and refer only to
// existing names.

const folder = new URL('../flink-cloud/', import.meta.url)
const statements = [...readStatements(folder, 'sliding', scriptVariables())]
const patterns = (text: string) =>
  text.match(/REGEXP(?:_EXTRACT|_REPLACE)?\(|'(?:[^']|'')*\(\?(?:[^']|'')*'|'\^(?:[^']|'')*'/g) ?? []

test('every view that a statement reads is created before it, and every topic is in the catalog', () => {
  const made = new Set<string>(topics.map(({ name }) => name))
  for (const { file, line, text } of statements) {
    const view = /^CREATE VIEW `([^`]+)`/.exec(text)?.[1]
    const names = [...text.matchAll(/(?:FROM|JOIN|INTO|TABLE) `([^`]+)`/g)].map(([, name]) => name as string)
    for (const name of names) expect(made, `${file}:${line}`).toContain(name)
    if (view !== undefined) made.add(view)
  }
})

test('each topic is filled by only one statement', () => {
  const filled = statements.flatMap(({ text }) => /^INSERT INTO `([^`]+)`/.exec(text)?.[1] ?? [])
  expect(filled).toEqual([...new Set(filled)])
  expect(filled.length).toBeGreaterThan(6)
})

test('parentheses and CASE … END are balanced in every statement', () => {
  for (const { file, line, text } of statements) {
    const bare = text.replace(/'(?:[^']|'')*'/g, "''")
    expect(bare.split('(').length, `${file}:${line}`).toBe(bare.split(')').length)
    expect(bare.match(/\bCASE\b/g)?.length ?? 0, `${file}:${line}`).toBe(bare.match(/\bEND\b/g)?.length ?? 0)
  }
})

test('the SSH patterns equal those of the open-source Flink scripts', () => {
  const local = flinkScripts('sliding').declarations.map(
    ({ name, statement }) => [name, statement.text] as const,
  )
  for (const [name, view] of [
    ['ssh_attacks', '`playstream-ssh-attacks`'],
    ['ssh_enriched', '`playstream-ssh-enriched`'],
  ] as const) {
    const ours = statements.find(({ text }) => text.startsWith(`CREATE VIEW ${view}`))?.text ?? ''
    const theirs = local.find(([one]) => one === name)?.[1] ?? ''
    expect(patterns(ours)).toEqual(patterns(theirs))
    expect(patterns(ours).length).toBeGreaterThan(5)
  }
})

test('the README mentions each script', () => {
  const readme = readFileSync(new URL('README.md', folder), 'utf8')
  const scripts = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  expect(scripts.filter((file) => !readme.includes(`\`${file}\``))).toEqual([])
})
