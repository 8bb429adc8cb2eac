import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { flinkPicture, flinkScripts } from '../flink/scripts.ts'
import { flowchart } from './flow.ts'
import { ksqlDbScripts, objectsOf } from './test-objects.ts'

const folder = new URL('../ksqldb/', import.meta.url)
const readme = readFileSync(new URL('README.md', folder), 'utf8')

test('the flowchart in ksqlDB’s README is up to date with its scripts', () => {
  expect(/```mermaid\n([\s\S]*?)\n```/.exec(readme)?.[1]).toBe(flowchart(ksqlDbScripts('sliding')))
})

test('ksqlDB’s README mentions each script', () => {
  const scripts = readdirSync(folder).filter((file) => file.endsWith('.sql'))
  expect(scripts.filter((file) => !readme.includes(`\`${file}\``))).toEqual([])
})

const flink = new URL('../flink/', import.meta.url)
const flinkReadme = readFileSync(new URL('README.md', flink), 'utf8')

test('the flowchart in Flink’s README is up to date with its scripts', () => {
  expect(/```mermaid\n([\s\S]*?)\n```/.exec(flinkReadme)?.[1]).toBe(
    flowchart(flinkPicture(flinkScripts('sliding'))),
  )
})

test('Flink’s README mentions each script', () => {
  const scripts = readdirSync(flink).filter((file) => file.endsWith('.sql'))
  expect(scripts.filter((file) => !flinkReadme.includes(`\`${file}\``))).toEqual([])
})

test('a flowchart has topics, streams, tables and an arrow per query', () => {
  const objects = objectsOf(`
    CREATE STREAM PLAYSTREAM_A (X INT) WITH (KAFKA_TOPIC='a-1');
    CREATE TABLE PLAYSTREAM_B WITH (KAFKA_TOPIC='b') AS SELECT X, COUNT(*) FROM PLAYSTREAM_A GROUP BY X;
    CREATE STREAM PLAYSTREAM_C (X INT) WITH (KAFKA_TOPIC='c');
    INSERT INTO PLAYSTREAM_C WITH (QUERY_ID='PLAYSTREAM_ADD') SELECT * FROM PLAYSTREAM_A;`)
  expect(flowchart(objects).split('\n')).toEqual([
    'flowchart LR',
    '  topic_a_1[(a-1)]',
    '  topic_b[(b)]',
    '  topic_c[(c)]',
    '  PLAYSTREAM_A[A]',
    '  PLAYSTREAM_B[[B]]',
    '  PLAYSTREAM_C[C]',
    '  topic_a_1 --> PLAYSTREAM_A',
    '  PLAYSTREAM_A --> PLAYSTREAM_B',
    '  PLAYSTREAM_B --> topic_b',
    '  topic_c --> PLAYSTREAM_C',
    '  PLAYSTREAM_A == ADD ==> PLAYSTREAM_C',
  ])
})
