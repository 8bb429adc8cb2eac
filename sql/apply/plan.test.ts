import { describe, expect, test } from 'vitest'
import type { SqlObject } from '../scripts/object.ts'
import { objectsOf } from '../scripts/test-objects.ts'
import { type Deployment, deploymentOf } from './deployments.ts'
import type { Present } from './engine.ts'
import { plan } from './plan.ts'

const source = (columns: string) => `CREATE STREAM PLAYSTREAM_A (${columns}) WITH (KAFKA_TOPIC='a');`
const counts = (having: string) =>
  `CREATE TABLE PLAYSTREAM_N WITH (KAFKA_TOPIC='n') AS SELECT X, COUNT(*) AS C FROM PLAYSTREAM_A GROUP BY X ${having};`
const picked = (columns: string) =>
  `CREATE STREAM PLAYSTREAM_P WITH (KAFKA_TOPIC='p') AS SELECT ${columns} FROM PLAYSTREAM_A EMIT CHANGES;`

const presentOf = ({ name, kind, runsQuery }: SqlObject): [string, Present] => [
  name,
  { name, kind, queries: runsQuery ? [`${name}_1`] : [], health: undefined },
]
const appliedOf = (object: SqlObject): [string, Deployment] => [
  object.name,
  deploymentOf(object, 'applied', new Date(0)),
]

/** The plan from an applied `from` to `to`. */
function planned(from: string, to: string): string[] {
  const before = objectsOf(from)
  const { steps } = plan(objectsOf(to), new Map(before.map(presentOf)), new Map(before.map(appliedOf)))
  return steps.map((step) => {
    const name = 'present' in step ? step.present.name : step.kind === 'empty' ? step.topic : step.object.name
    return `${step.kind} ${name}`
  })
}

describe('a plan', () => {
  test('adds columns to a stream in place, including a stream with a SELECT', () => {
    expect(planned(source('X INT'), source('X INT, Y ARRAY<STRUCT<Z INT, W INT>>'))).toEqual([
      'grow PLAYSTREAM_A',
    ])
    expect(planned(source('X INT') + picked('X'), source('X INT') + picked('X, A->B AS C'))).toEqual([
      'grow PLAYSTREAM_P',
    ])
  })

  test('replaces a stream that loses a column, with everything that reads it, readers first', () => {
    expect(planned(source('X INT, Y INT') + counts(''), source('X INT') + counts(''))).toEqual([
      'drop PLAYSTREAM_N',
      'drop PLAYSTREAM_A',
      'empty n',
      'create PLAYSTREAM_A',
      'create PLAYSTREAM_N',
    ])
  })

  test('replaces an aggregate whose filter has changed, and nothing that it reads', () => {
    expect(planned(source('X INT') + counts(''), source('X INT') + counts('HAVING COUNT(*) > 1'))).toEqual([
      'drop PLAYSTREAM_N',
      'empty n',
      'create PLAYSTREAM_N',
    ])
  })

  test('drops an object that is in no script any more, and leaves its topic', () => {
    expect(planned(source('X INT') + counts(''), source('X INT'))).toEqual(['drop PLAYSTREAM_N'])
  })

  test('that drops only declarations loses nothing; one that drops a query does', () => {
    const before = objectsOf(source('X INT'))
    const losesFrom = (from: string, to: string) => {
      const applied = objectsOf(from)
      return plan(objectsOf(to), new Map(applied.map(presentOf)), new Map(applied.map(appliedOf))).loses
    }
    expect(plan([], new Map(before.map(presentOf)), new Map(before.map(appliedOf)))).toMatchObject({
      steps: [{ kind: 'drop' }],
      loses: false,
    })
    expect(losesFrom(source('X INT, Y INT'), source('X INT'))).toBe(false)
    expect(losesFrom(source('X INT') + counts(''), source('X INT'))).toBe(true)
  })

  test('leaves alone objects that others have created, even under our names', () => {
    const theirs = objectsOf(source('X INT').replaceAll('_A', '_THEIRS'))
    expect(plan([], new Map(theirs.map(presentOf)), new Map()).steps).toEqual([])
  })

  test('takes an existing object whose apply was begun for created', () => {
    const objects = objectsOf(source('X INT') + counts(''))
    const begun = objects.map((object): [string, Deployment] => [
      object.name,
      deploymentOf(object, 'applying', new Date(0)),
    ])
    const { steps, loses } = plan(objects, new Map(objects.map(presentOf)), new Map(begun))
    expect(steps.map(({ kind }) => kind)).toEqual(['record', 'record'])
    expect(loses).toBe(false)
  })
})
