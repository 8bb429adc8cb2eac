import type { SqlObject } from './object.ts'

/**
 * The scripts' objects as a Mermaid flowchart: topics are cylinders, streams boxes, tables boxes with double sides, queries
 * arrows, `INSERT`s thick arrows.
 */
export function flowchart(objects: readonly SqlObject[]): string {
  const topics = [...new Set(objects.flatMap(({ topic }) => topic ?? []))]
  const nodes = objects
    .filter(({ kind }) => kind !== 'insert')
    .map(({ name, kind }) => (kind === 'table' ? `  ${name}[[${shown(name)}]]` : `  ${name}[${shown(name)}]`))
  const arrows = objects.flatMap((object) => {
    const { kind, name, reads, writes, topic, runsQuery } = object
    if (kind === 'insert') return reads.map((source) => `  ${source} == ${shown(name)} ==> ${writes}`)
    const queries = reads.map((source) => `  ${source} --> ${name}`)
    if (topic === undefined) return queries
    return [...queries, runsQuery ? `  ${name} --> ${idOf(topic)}` : `  ${idOf(topic)} --> ${name}`]
  })
  return ['flowchart LR', ...topics.map((topic) => `  ${idOf(topic)}[(${topic})]`), ...nodes, ...arrows].join(
    '\n',
  )
}

/** Drops the prefix that all objects share. */
function shown(name: string): string {
  return name.replace(/^playstream[_-]/i, '')
}

function idOf(topic: string): string {
  return `topic_${topic.replaceAll('-', '_')}`
}
