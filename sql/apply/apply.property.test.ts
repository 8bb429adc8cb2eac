import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SqlObject } from '../scripts/object.ts'
import { objectsOf } from '../scripts/test-objects.ts'
import { apply } from './apply.ts'
import { Killed, World } from './test-engine.ts'

// Whatever is applied and wherever it is killed: after another apply the engine matches the scripts, each topic holds
// each query's output once, and nothing remains to be done.

/** A version of the scripts: which scripts exist, each in which version. */
interface Version {
  readonly filter: number
  readonly columns: number
  readonly hasTable: boolean
  readonly hasInsert: boolean
}

const version: fc.Arbitrary<Version> = fc.record({
  filter: fc.nat(2),
  columns: fc.integer({ min: 1, max: 3 }),
  hasTable: fc.boolean(),
  hasInsert: fc.boolean(),
})

function scriptsOf({ filter, columns, hasTable, hasInsert }: Version): SqlObject[] {
  const list = Array.from({ length: columns }, (_, index) => `C${index} INT`).join(', ')
  return objectsOf(`
    CREATE STREAM PLAYSTREAM_IN (${list}) WITH (KAFKA_TOPIC='in');
    CREATE STREAM PLAYSTREAM_MORE (X INT) WITH (KAFKA_TOPIC='more');
    CREATE STREAM PLAYSTREAM_MID WITH (KAFKA_TOPIC='mid') AS SELECT * FROM PLAYSTREAM_IN WHERE C0 > ${filter};
    CREATE STREAM PLAYSTREAM_READ (X INT) WITH (KAFKA_TOPIC='mid');
    ${hasInsert ? `INSERT INTO PLAYSTREAM_MID WITH (QUERY_ID='PLAYSTREAM_ADD') SELECT * FROM PLAYSTREAM_MORE;` : ''}
    ${hasTable ? `CREATE TABLE PLAYSTREAM_OUT WITH (KAFKA_TOPIC='out') AS SELECT X, COUNT(*) FROM PLAYSTREAM_READ GROUP BY X;` : ''}
  `)
}

const options = { replace: true, signal: new AbortController().signal }

test('after any kill, another apply makes the engine match the scripts, and nothing is written twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(version, fc.nat(60)), { maxLength: 4 }),
      version,
      async (killed, last) => {
        const world = new World()
        for (const [scripts, halves] of killed) {
          world.killAfter(halves)
          await apply(scriptsOf(scripts), world.target, options).catch((error) => {
            if (!(error instanceof Killed)) throw error
          })
        }
        world.killAfter(Number.POSITIVE_INFINITY)
        const wanted = scriptsOf(last)
        await apply(wanted, world.target, options)
        expect([...world.versions].sort()).toEqual(wanted.map(({ name, hash }) => [name, hash]).sort())
        // The output of a query that is in no script any more stays; no output is written twice.
        for (const writers of world.topics.values()) expect(writers).toEqual([...new Set(writers)])
        const running = wanted.filter(({ runsQuery }) => runsQuery).map(({ name }) => name)
        expect([...world.topics.values()].flat()).toEqual(expect.arrayContaining(running))
        expect((await apply(wanted, world.target, { ...options, replace: false })).steps).toEqual([])
      },
    ),
    { numRuns: 300 },
  )
})
