import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** What each top-level module may import besides itself: whole modules, or single folders of a module. Imports go down only. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  catalog: [],
  kafka: ['catalog'],
  streams: ['kafka', 'catalog'],
  local: ['kafka', 'catalog'],
  // What all pages share.
  web: [],
  producers: ['kafka', 'catalog'],
  // The attack detector and the de-duplication of shipped lines are processors on the stream runtime.
  observability: ['web', 'streams/runtime', 'streams/store', 'kafka', 'catalog'],
  sql: ['kafka', 'catalog'],
  // The stack deploys the same scripts as `sql apply`.
  infra: ['sql/scripts', 'kafka', 'catalog'],
  demo: ['producers', 'streams', 'observability', 'web', 'local', 'kafka', 'catalog'],
  cli: ['demo', 'producers', 'streams', 'observability', 'web', 'sql', 'infra', 'local', 'kafka', 'catalog'],
  bench: ['producers', 'streams', 'observability', 'local', 'kafka', 'catalog'],
}

/**
 * The layers inside a module, lowest first: its folders, and its root files without extension. A file may import from its own
 * folder and from every lower layer, but not from another folder of the same layer.
 */
const LAYERS: Readonly<Record<string, string>> = {
  kafka:
    'errors, one-line, bounded-answer, unless-aborted, becomes-true, is-alive, private-files < profile, protocol < kafkajs, platformatic, registry < clients < stream, dead-letters, provision',
  local: 'errors, home < protect-home, temporary-home < install, process < services < runtime < control',
  streams: 'store < runtime < processors',
  observability:
    'formats, lag, browse, documents < lineage < ship, ssh < alerts < metrics < dashboard, prometheus < grafana, detection < monitoring-files < generate-monitoring',
  'observability/dashboard': 'protocol < client, live, routes < dashboard',
  'observability/dashboard/client':
    'live < parts < overview, players, dedup, security, topics, dead-letters, follow < shell < main',
  'observability/ssh': 'rules < sessions < fast-path, attacks < report',
  sql: 'statement, retention, no-answer < errors < scripts < apply < conformance < ksqldb, flink < engines',
  infra: 'errors, cdktf < confluent < settings < permissions < cloud < engines < stack < deploy < main',
  cli: 'bootstrap < terminal < options < sql < local, demo, cluster, traffic, streams, observe, dlq, logs, ssh, infra < verbs, broken-pipe < program < main, playstream, commands-document < generate-docs',
}

/** The most files in a folder, not counting tests and test helpers. More files mean more than one idea. */
const MOST_FILES = 16

/** Tests and their helpers may import anything. */
const TEST_FILE = /(\.test\.ts$|(^|\/)test-[a-z-]+\.ts$|\/testing\/)/

const sources = globSync(`{${Object.keys(MODULES).join(',')}}/**/*.{ts,tsx,mjs}`).sort()
const imports = new Map(sources.map((file) => [file, importsOf(file, readFileSync(file, 'utf8'))]))
const production = sources.filter((file) => !TEST_FILE.test(file))

/** The files that a source imports, including type imports, re-exports and dynamic imports. */
function importsOf(file: string, source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map(([, path]) =>
    relative('.', join(dirname(file), path as string)),
  )
}

function moduleOf(file: string): string {
  return file.split('/')[0] as string
}

/** The folder or root file that a file belongs to, and its layer from 0, or -1 when the plan does not name it. */
function layerOf(
  folder: string,
  file: string,
  plan: string,
): { readonly name: string; readonly layer: number } {
  const [first] = relative(folder, file).split('/')
  const name = (first as string).replace(/\.(tsx?|mjs)$/, '')
  return { name, layer: plan.split(' < ').findIndex((layer) => layer.split(', ').includes(name)) }
}

/** The imports inside a folder that do not go to a lower layer, as sentences. */
function upwardImports(
  folder: string,
  plan: string,
  graph: ReadonlyMap<string, readonly string[]>,
): string[] {
  const inside = (file: string) => file.startsWith(`${folder}/`)
  return [...graph].flatMap(([file, targets]) => {
    if (!inside(file)) return []
    const from = layerOf(folder, file, plan)
    return targets.filter(inside).flatMap((target) => {
      const to = layerOf(folder, target, plan)
      return to.name === from.name || to.layer < from.layer ? [] : [`${file} imports ${target}`]
    })
  })
}

/** The imports between modules that the plan does not allow, as sentences. */
function forbiddenImports(graph: ReadonlyMap<string, readonly string[]>): string[] {
  return [...graph].flatMap(([file, targets]) =>
    targets
      .filter((target) => moduleOf(target) !== moduleOf(file))
      .filter((target) => !MODULES[moduleOf(file)]?.some((allowed) => target.startsWith(`${allowed}/`)))
      .map((target) => `${file} imports ${target}`),
  )
}

/** The cycles of a graph: its strongly connected components of more than one node (Tarjan, 1972). */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
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
      const cycle = open.splice(open.indexOf(node))
      if (cycle.length > 1) found.push(cycle.sort())
    }
    return lowest
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return found
}

/** The graph of the production sources. */
const graph = new Map(production.map((file) => [file, imports.get(file) ?? []]))

test('every import between modules goes down', () => {
  expect(forbiddenImports(graph)).toEqual([])
})

describe.each(Object.entries(LAYERS))('inside %s', (folder, plan) => {
  test('every folder and root file has a layer', () => {
    const unplaced = production.filter(
      (file) => file.startsWith(`${folder}/`) && layerOf(folder, file, plan).layer === -1,
    )
    expect(unplaced).toEqual([])
  })

  test('every import goes to a lower layer', () => {
    expect(upwardImports(folder, plan, graph)).toEqual([])
  })
})

test('no import cycle exists between files, including tests', () => {
  expect(cycles(imports)).toEqual([])
})

test('no import cycle exists between folders', () => {
  const folders = new Map<string, string[]>()
  for (const [file, targets] of graph) {
    // The root of a module holds files of its lowest and its highest layers, so it is checked by file above.
    if (dirname(file) in LAYERS) continue
    const others = targets.map(dirname).filter((target) => target !== dirname(file))
    folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), ...others])
  }
  expect(cycles(folders)).toEqual([])
})

test(`no folder has more than ${MOST_FILES} files`, () => {
  const crowded = [...Map.groupBy(production, dirname)]
    .filter(([, files]) => files.length > MOST_FILES)
    .map(([folder, files]) => `${folder}: ${files.length} files`)
  expect(crowded).toEqual([])
})

describe('the rules detect', () => {
  test('type imports, re-exports and dynamic imports', () => {
    const source = `import type { A } from '../cli/a.ts'\nexport { b } from '../demo/b.ts'\nawait import('../local/c.ts')`
    expect(importsOf('kafka/x.ts', source)).toEqual(['cli/a.ts', 'demo/b.ts', 'local/c.ts'])
    expect(forbiddenImports(new Map([['kafka/x.ts', importsOf('kafka/x.ts', source)]]))).toHaveLength(3)
  })

  test('an import of a folder of another module that is not allowed', () => {
    expect(forbiddenImports(new Map([['infra/a.ts', ['sql/scripts/b.ts', 'sql/apply/c.ts']]]))).toEqual([
      'infra/a.ts imports sql/apply/c.ts',
    ])
  })

  test('an import of a higher layer, and of another folder of the same layer', () => {
    const plan = 'ground < left, right < roof'
    const inside = new Map([
      ['house/left/a.ts', ['house/ground.ts', 'house/right/b.ts', 'house/left/c.ts']],
      ['house/ground.ts', ['house/roof.ts']],
    ])
    expect(upwardImports('house', plan, inside)).toEqual([
      'house/left/a.ts imports house/right/b.ts',
      'house/ground.ts imports house/roof.ts',
    ])
  })

  test('a cycle of three files, without the file that leads into it', () => {
    const lines = new Map<string, readonly string[]>([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['a.ts']],
      ['d.ts', ['a.ts']],
    ])
    expect(cycles(lines)).toEqual([['a.ts', 'b.ts', 'c.ts']])
  })
})
