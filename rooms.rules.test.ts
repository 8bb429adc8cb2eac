import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** What each room may import besides itself: whole rooms, or single folders of a room. Imports go down, never up or across. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  catalog: [],
  kafka: ['catalog'],
  streams: ['kafka', 'catalog'],
  local: ['kafka', 'catalog'],
  producers: ['kafka', 'catalog'],
  // The attack detector and the shipper's de-duplication are processors, written in the terms of the stream runtime.
  observability: ['streams/runtime', 'streams/store', 'kafka', 'catalog'],
  sql: ['kafka', 'catalog'],
  // The stack deploys the scripts that `sql apply` applies.
  infra: ['sql/scripts', 'kafka', 'catalog'],
  demo: ['producers', 'streams', 'observability', 'local', 'kafka', 'catalog'],
  cli: ['demo', 'producers', 'streams', 'observability', 'sql', 'infra', 'local', 'kafka', 'catalog'],
  bench: ['producers', 'streams', 'observability', 'local', 'kafka', 'catalog'],
}

/**
 * The floors inside a room, from the ground up: its folders, and the files at its root by their name. A file may import
 * its own folder and every lower floor; neighbours on one floor do not know each other.
 */
const FLOORS: Readonly<Record<string, string>> = {
  kafka:
    'errors, one-line, bounded-answer, unless-aborted < profile, protocol < kafkajs, platformatic, registry < clients < stream, dead-letters, provision',
  local: 'errors, home < private-files, temporary-home < install, process < services < runtime < control',
  streams: 'store < runtime < processors',
  observability: 'formats < ship, ssh < alerts < detection',
  'observability/ssh': 'rules < sessions < fast-path, attacks < report',
  sql: 'statement, retention < errors < scripts < apply < conformance < ksqldb, flink < engines',
  infra: 'errors, cdktf < confluent < settings < permissions < cloud < engines < stack < deploy < main',
  cli: 'bootstrap < terminal < options < sql < local, demo, cluster, traffic, streams, dlq, logs, ssh, infra < verbs, reading-verbs < program < main, playstream, commands-document < generate-docs',
}

/** A folder with more files, tests and their tools aside, holds more than one idea. */
const MOST_FILES = 16

/** A test may start whatever it runs against. */
const TEST_FILE = /(\.test\.ts$|(^|\/)test-[a-z-]+\.ts$|\/testing\/)/

const sources = globSync(`{${Object.keys(ROOMS).join(',')}}/**/*.{ts,mjs}`).sort()
const imports = new Map(sources.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]))
const production = sources.filter((file) => !TEST_FILE.test(file))

/** The files that a source imports: also types only, re-exports, and dynamic imports. */
function importsOf(file: string, source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, path]) =>
    relative('.', join(dirname(file), path as string)),
  )
}

function roomOf(file: string): string {
  return file.split('/')[0] as string
}

/** The folder or root file of a room that a file belongs to, and its floor, from 0; -1 where the plan does not name it. */
function floorOf(
  folder: string,
  file: string,
  plan: string,
): { readonly name: string; readonly floor: number } {
  const [first] = relative(folder, file).split('/')
  const name = (first as string).replace(/\.(ts|mjs)$/, '')
  return { name, floor: plan.split(' < ').findIndex((floor) => floor.split(', ').includes(name)) }
}

/** The imports inside a folder that do not go to a lower floor, each as a sentence. */
function climbs(folder: string, plan: string, graph: ReadonlyMap<string, readonly string[]>): string[] {
  const inside = (file: string) => file.startsWith(`${folder}/`)
  return [...graph].flatMap(([file, targets]) => {
    if (!inside(file)) return []
    const from = floorOf(folder, file, plan)
    return targets.filter(inside).flatMap((target) => {
      const to = floorOf(folder, target, plan)
      return to.name === from.name || to.floor < from.floor ? [] : [`${file} imports ${target}`]
    })
  })
}

/** The imports between rooms that the plan does not allow, each as a sentence. */
function trespasses(graph: ReadonlyMap<string, readonly string[]>): string[] {
  return [...graph].flatMap(([file, targets]) =>
    targets
      .filter((target) => roomOf(target) !== roomOf(file))
      .filter((target) => !ROOMS[roomOf(file)]?.some((allowed) => target.startsWith(`${allowed}/`)))
      .map((target) => `${file} imports ${target}`),
  )
}

/** The circles of a graph: its strongly connected components of more than one node (Tarjan, 1972). */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const visit = (node: string): number => {
    let lowest = index.size
    index.set(node, lowest)
    open.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!graph.has(next)) continue
      if (!index.has(next)) lowest = Math.min(lowest, visit(next))
      else if (open.includes(next)) lowest = Math.min(lowest, index.get(next) as number)
    }
    low.set(node, lowest)
    if (lowest === index.get(node)) {
      const circle = open.splice(open.indexOf(node))
      if (circle.length > 1) found.push(circle.sort())
    }
    return lowest
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}

/** The graph of the production sources. */
const graph = new Map(production.map((file) => [file, imports.get(file) ?? []]))

test('every import between rooms goes down', () => {
  expect(trespasses(graph)).toEqual([])
})

describe.each(Object.entries(FLOORS))('inside %s', (folder, plan) => {
  test('every folder and root file has a floor', () => {
    const homeless = production.filter(
      (file) => file.startsWith(`${folder}/`) && floorOf(folder, file, plan).floor === -1,
    )
    expect(homeless).toEqual([])
  })

  test('every import goes to a lower floor', () => {
    expect(climbs(folder, plan, graph)).toEqual([])
  })
})

test('no file imports itself through others, tests included', () => {
  expect(circles(imports)).toEqual([])
})

test('no folder imports itself through others', () => {
  const folders = new Map<string, string[]>()
  for (const [file, targets] of graph) {
    // The root of a room holds its ground and its roof; the floors say which file is which.
    if (dirname(file) in FLOORS) continue
    const others = targets.map(dirname).filter((target) => target !== dirname(file))
    folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), ...others])
  }
  expect(circles(folders)).toEqual([])
})

test('a folder holds a handful of files', () => {
  const crowded = [...Map.groupBy(production, dirname)]
    .filter(([, files]) => files.length > MOST_FILES)
    .map(([folder, files]) => `${folder}: ${files.length} files`)
  expect(crowded).toEqual([])
})

describe('the rules see', () => {
  test('type imports, re-exports and dynamic imports', () => {
    const source = `import type { A } from '../cli/a.ts'\nexport { b } from '../demo/b.ts'\nawait import('../local/c.ts')`
    expect(importsOf('kafka/x.ts', source)).toEqual(['cli/a.ts', 'demo/b.ts', 'local/c.ts'])
    expect(trespasses(new Map([['kafka/x.ts', importsOf('kafka/x.ts', source)]]))).toHaveLength(3)
  })

  test('a folder of a room that only another folder of the room may import', () => {
    expect(trespasses(new Map([['infra/a.ts', ['sql/scripts/b.ts', 'sql/apply/c.ts']]]))).toEqual([
      'infra/a.ts imports sql/apply/c.ts',
    ])
  })

  test('an import of a higher floor, and of a neighbour', () => {
    const plan = 'ground < left, right < roof'
    const inside = new Map([
      ['house/left/a.ts', ['house/ground.ts', 'house/right/b.ts', 'house/left/c.ts']],
      ['house/ground.ts', ['house/roof.ts']],
    ])
    expect(climbs('house', plan, inside)).toEqual([
      'house/left/a.ts imports house/right/b.ts',
      'house/ground.ts imports house/roof.ts',
    ])
  })

  test('a circle of three, and not the file that leads into it', () => {
    const lines = new Map<string, readonly string[]>([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['a.ts']],
      ['d.ts', ['a.ts']],
    ])
    expect(circles(lines)).toEqual([['a.ts', 'b.ts', 'c.ts']])
  })
})
