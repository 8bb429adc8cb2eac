import type { DropPlan } from '../../sql/apply/drop.ts'
import type { Plan, Step } from '../../sql/apply/plan.ts'
import type { ObjectStatus } from '../../sql/apply/status.ts'
import { table } from '../terminal/output.ts'

/** A step as one line of text. */
export function stepLine(step: Step): string {
  switch (step.kind) {
    case 'create':
      return `+ ${step.object.name}: create (${placeOf(step)})`
    case 'grow':
      return `~ ${step.object.name}: add columns in place (${placeOf(step)})`
    case 'record':
      return `= ${step.object.name}: exists; record it (${placeOf(step)})`
    case 'end':
      return `- ${step.present.name}: end the query; ${step.reason}`
    case 'drop':
      return `- ${step.present.name}: drop${step.present.queries.length > 0 ? ' with its query’s state' : ''}; ${step.reason}`
    case 'empty':
      return `- ${step.topic}: delete and recreate, because ${step.object.name} writes all its records again`
  }
}

/** A step as JSON. */
export function stepData(step: Step): Record<string, unknown> {
  if ('present' in step) return { kind: step.kind, name: step.present.name, reason: step.reason }
  const { name, statement, hash } = step.object
  const topic = step.kind === 'empty' ? { topic: step.topic } : {}
  return { kind: step.kind, name, ...topic, file: statement.file, line: statement.line, hash }
}

export function planSummary({ steps, unchanged, loses }: Plan): string {
  if (steps.length === 0) return `nothing to do: all ${unchanged.length} objects match the scripts`
  const changes = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'} to apply, ${unchanged.length} unchanged`
  return loses ? `${changes}; state or records would be lost, so apply needs --replace` : changes
}

export function statusTable(all: readonly ObjectStatus[]): string {
  const rows = all.map(({ name, kind, state, health, hash, file, at }) => [
    name,
    kind,
    state,
    health ?? '-',
    hash ?? '-',
    file,
    at ?? '-',
  ])
  return table([['object', 'kind', 'state', 'query', 'version', 'script', 'since'], ...rows])
}

export function dropText({ objects, topics }: DropPlan, deleteTopics: boolean): string {
  const lines = [
    ...objects.map(
      ({ name, kind }) => `- ${name}: ${kind === 'insert' ? 'end the query' : `drop the ${kind}`}`,
    ),
    ...(deleteTopics ? topics.map((topic) => `- ${topic}: delete the topic with all its records`) : []),
  ]
  return lines.join('\n')
}

function placeOf({ object }: { readonly object: { statement: { file: string; line: number } } }): string {
  return `${object.statement.file}:${object.statement.line}`
}
