import { describe, expect, test } from 'vitest'
import { topicNamed } from '../../catalog/topics.ts'
import { ENGINES } from '../engines.ts'
import { ScriptError } from '../errors.ts'
import { RETENTIONS } from '../retention.ts'
import { splitStatements } from '../scripts/split.ts'
import { substitute } from '../scripts/variables.ts'
import { readJobs } from './read-jobs.ts'

const TABLES = `
  CREATE TABLE a (x INT) WITH ('connector' = 'kafka', 'topic' = 'logs');
  CREATE VIEW b AS SELECT x FROM a;
  CREATE TABLE c (x INT) WITH ('connector' = 'kafka', 'topic' = 'sql-ssh-attacks');
  CREATE TABLE unused (x INT) WITH ('connector' = 'kafka', 'topic' = 'sql-player-state');`
const JOB = `
  SET 'pipeline.name' = 'playstream-test';
  INSERT INTO c SELECT x FROM b;`

function read(text: string) {
  return readJobs(
    splitStatements('t.sql', text).map((raw) => ({
      file: 't.sql',
      line: raw.line,
      text: substitute(raw, {}),
    })),
  )
}

describe('the jobs of Flink scripts', () => {
  test('include the declarations that they need, and no others', () => {
    const [job] = read(TABLES + JOB).jobs
    expect(job).toMatchObject({ name: 'playstream-test', kind: 'insert', runsQuery: true })
    expect(job?.job).toMatchObject({ readsTopics: ['logs'], fillsTopics: ['sql-ssh-attacks'] })
    expect(job?.job?.session.map(({ text }) => text.split(' ').slice(0, 3).join(' '))).toEqual([
      'CREATE TABLE a',
      'CREATE VIEW b',
      'CREATE TABLE c',
      "SET 'pipeline.name' =",
      'INSERT INTO c',
    ])
  })

  test('change their version if a needed declaration changed, and keep it otherwise', () => {
    const hash = (text: string) => read(text).jobs[0]?.hash
    const before = hash(TABLES + JOB)
    expect(hash(TABLES.replace('SELECT x FROM a', 'SELECT x + 1 AS x FROM a') + JOB)).not.toBe(before)
    expect(hash(TABLES.replace('unused (x INT)', 'unused (y INT)') + JOB)).toBe(before)
    expect(hash(`-- why\n${TABLES}${JOB}`)).toBe(before)
  })

  test('fill several topics if they are a statement set', () => {
    const set = `SET 'pipeline.name' = 'playstream-test'; BEGIN STATEMENT SET;
      INSERT INTO c SELECT x FROM b; INSERT INTO unused SELECT x FROM b; END;`
    expect(read(TABLES + set).jobs[0]?.job?.fillsTopics).toEqual(['sql-ssh-attacks', 'sql-player-state'])
  })

  test.each([
    ['a job without a name', 'INSERT INTO c SELECT x FROM b;', /this job needs a name/],
    [
      'a table that is not declared',
      `${JOB.replace('INTO c', 'INTO d')}`,
      /INSERT INTO d: no earlier CREATE TABLE/,
    ],
    ['a second job of the same name', JOB + JOB, /playstream-test is defined twice/],
    ['a set without an end', `${JOB} BEGIN STATEMENT SET;`, /has no END/],
    ['a setting after the last job', `${JOB} SET 'a' = 'b';`, /has no effect/],
    ['a statement that cannot be applied twice', 'DROP TABLE a;', /'DROP TABLE a …' is not CREATE TABLE/],
  ])('%s is refused with its file and line', (_, text, message) => {
    expect(() => read(TABLES + text)).toThrow(ScriptError)
    expect(() => read(TABLES + text)).toThrow(message)
    expect(() => read(TABLES + text)).toThrow(/^t\.sql:\d+: /)
  })
})

describe.each(RETENTIONS)('the scripts for the retention %s', (retention) => {
  const jobs = ENGINES.flink.objects(retention)

  test('read and write topics that the catalog lets the engine read and write', () => {
    for (const { job } of jobs) {
      for (const name of job?.readsTopics ?? [])
        expect(topicNamed(name).readers, name).toContain('sql-engine')
      for (const name of job?.fillsTopics ?? [])
        expect(topicNamed(name).writers, name).toContain('sql-engine')
    }
  })

  test('write exactly once, each sink with its own transactional ids, which the catalog grants', () => {
    const sinks = jobs.flatMap(({ job }) =>
      (job?.session ?? []).filter(({ text }) => text.includes("'sink.delivery-guarantee'")),
    )
    const prefixes = sinks.map(({ text }) => /'sink\.transactional-id-prefix' = '([^']*)'/.exec(text)?.[1])
    expect(prefixes).toHaveLength(jobs.flatMap(({ job }) => job?.fillsTopics ?? []).length)
    expect(new Set(prefixes).size).toBe(prefixes.length)
    for (const prefix of prefixes) expect(prefix).toMatch(/^sql-engine-/)
    for (const { text } of sinks) expect(text).toContain("'sink.delivery-guarantee' = 'exactly-once'")
  })

  test('have an idle timeout for every watermark, so that no idle partition delays a window', () => {
    for (const { text } of jobs.flatMap(({ job }) => job?.session ?? []))
      if (/\bWATERMARK FOR\b/.test(text)) expect(text).toMatch(/'scan\.watermark\.idle-timeout' = '\d+ s'/)
  })
})
