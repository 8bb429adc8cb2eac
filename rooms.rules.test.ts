import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** What each room may import, besides itself. Arrows go one way: from the command line down to the catalog. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  catalog: [],
  kafka: ['catalog'],
  local: ['kafka', 'catalog'],
  producers: ['kafka', 'catalog'],
  streams: ['kafka', 'catalog'],
  observability: ['kafka', 'catalog'],
  infra: ['kafka', 'catalog'],
  sql: ['kafka', 'catalog'],
  demo: ['producers', 'streams', 'observability', 'local', 'kafka', 'catalog'],
  cli: ['demo', 'producers', 'streams', 'observability', 'sql', 'infra', 'local', 'kafka', 'catalog'],
  bench: ['producers', 'streams', 'observability', 'local', 'kafka', 'catalog'],
}

/**
 * The files of a room that another may import although it may not import the room: what the other has to be written in.
 * The detector's processors are observability's, and are written in the runtime's terms; its insides stay its own. The
 * detector also runs them: what makes three processors one program is its knowledge, not the runtime's nor the command
 * line's, so that what starts a processor and counts what it does is part of the face.
 */
const FACES: Readonly<Record<string, readonly string[]>> = {
  observability: [
    'streams/processor.ts',
    'streams/store.ts',
    'streams/json-codec.ts',
    'streams/start-processor.ts',
    'streams/start-together.ts',
    'streams/meter.ts',
  ],
  // What is deployed is read as what is applied.
  infra: ['sql/scripts.ts', 'sql/script-variables.ts'],
}

/** What a test or benchmark may import besides: it may bring up what it runs against. */
const TEST_FILES = /(\.test\.ts|test-[a-z-]+\.ts)$/

/** The imports that cross from one room to another, as `room/file -> room/file`. */
function crossings(file: string, source: string): { from: string; to: string; target: string }[] {
  const specifiers = [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(
    ([, path]) => path as string,
  )
  const room = roomOf(file)
  return specifiers
    .map((path) => relative('.', join(dirname(file), path)))
    .filter((target) => roomOf(target) !== room)
    .map((target) => ({ from: room, to: roomOf(target), target }))
}

function roomOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] as string) : '.'
}

const sources = globSync(
  '{catalog,kafka,local,producers,streams,observability,sql,infra,demo,cli,bench}/**/*.{ts,mjs}',
)

describe('rooms', () => {
  test('every room is known to the rule', () => {
    expect([...new Set(sources.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([])
  })

  test('imports go from the command line down to the catalog, never up or across', () => {
    const forbidden = sources
      .filter((file) => !TEST_FILES.test(file))
      .flatMap((file) =>
        crossings(file, readFileSync(file, 'utf8'))
          .filter(({ from, to, target }) => !MAY_IMPORT[from]?.includes(to) && !FACES[from]?.includes(target))
          .map(({ target }) => `${file} imports ${target}`),
      )
    expect(forbidden).toEqual([])
  })

  test('the rule sees type imports, re-exports and dynamic imports', () => {
    const source = `import type { A } from '../cli/a.ts'\nexport { b } from '../demo/b.ts'\nawait import('../local/c.ts')`
    expect(crossings('kafka/x.ts', source).map(({ to }) => to)).toEqual(['cli', 'demo', 'local'])
  })
})
