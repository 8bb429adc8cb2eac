import { EngineRefusal, ReplaceNeededError, SqlError, StoppedError } from '../errors.ts'
import { filledBy, type SqlObject } from '../scripts/object.ts'
import { type Deployment, deploymentOf, type HeldDeployments } from './deployments.ts'
import type { Engine, Present } from './engine.ts'
import { requireToBeAlone } from './other-engines.ts'
import type { OutputTopics } from './output-topics.ts'
import { losesSomething, type Plan, plan, type Step } from './plan.ts'

export interface Target {
  readonly engine: Engine
  readonly deployments: HeldDeployments
  readonly topics: OutputTopics
}

export interface ApplyOptions {
  /** Whether steps are allowed that lose a query's state or a topic's records. */
  readonly replace: boolean
  readonly signal: AbortSignal
  /** Called before each step. */
  readonly onStep?: (step: Step) => void
  readonly onWarning?: (object: SqlObject, warning: string) => void
}

/**
 * Changes an engine to match the scripts, and only where it differs. Each step is recorded before and after it is made,
 * so that another call, of this or another process, continues after this one. It ends at the first error.
 * @throws SqlError before the first step, if another engine fills the same topics
 * @throws ReplaceNeededError before the first step, if a step would lose something and that is not allowed
 * @throws StoppedError between two steps, when the signal is aborted
 * @throws SqlError that names the file, the line, the statement and the engine's message
 */
export async function apply(
  objects: readonly SqlObject[],
  target: Target,
  options: ApplyOptions,
): Promise<Plan> {
  const { engine, deployments, topics } = target
  requireToBeAlone(objects, deployments.others)
  await engine.requireGuarantees()
  const wanted = plan(objects, await engine.present(options.signal), deployments.all)
  if (wanted.loses && !options.replace) throw new ReplaceNeededError(whatIsLost(wanted))
  await topics.require(topicsOf(objects))
  for (const step of wanted.steps) if (step.kind === 'create') await check(step.object, engine)
  for (const step of wanted.steps) {
    stopIf(options.signal, wanted, step)
    options.onStep?.(step)
    await make(step, target, options)
  }
  return wanted
}

/** The topics that the statements name, without duplicates. */
export function topicsOf(objects: readonly SqlObject[]): string[] {
  const named = (object: SqlObject) => [
    ...(object.job?.readsTopics ?? []),
    ...(object.topic === undefined ? filledBy(object) : [object.topic]),
  ]
  return [...new Set(objects.flatMap(named))]
}

/** Reports before the first step what the engine refuses without starting anything. */
async function check(object: SqlObject, engine: Engine): Promise<void> {
  await engine.check?.(object).catch((error) => {
    throw error instanceof EngineRefusal ? refused(object, error, 'nothing was applied') : error
  })
}

async function make(step: Step, target: Target, options: ApplyOptions): Promise<void> {
  const { deployments, topics } = target
  switch (step.kind) {
    case 'record':
      return deployments.write(step.object.name, recordOf(step.object, 'applied', target))
    case 'create':
    case 'grow':
      return build(step.object, step.kind, target, options)
    case 'end':
    case 'drop':
      return remove(step.present, target)
    case 'empty': {
      // Recorded first: a holder that was fenced meanwhile must not delete a topic that another one has just filled.
      await deployments.write(step.object.name, recordOf(step.object, 'dropped', target))
      await topics.remove(step.topic)
      await topics.require([step.topic])
      return deployments.write(step.object.name, undefined)
    }
    default:
      return step satisfies never
  }
}

async function build(
  object: SqlObject,
  how: 'create' | 'grow',
  target: Target,
  { onWarning }: ApplyOptions,
): Promise<void> {
  const { engine, deployments } = target
  const before = deployments.all.get(object.name)
  const intent: Deployment =
    how === 'grow' && before
      ? { ...before, state: 'growing', growsTo: object.hash, at: new Date().toISOString() }
      : { ...recordOf(object, 'applying', target), ...savepointOf(before) }
  await deployments.write(object.name, intent)
  try {
    for (const warning of await engine.make(object, how, savepointOf(before))) onWarning?.(object, warning)
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error
    const isBegun = error.isRepeat || (before?.state === 'applying' && before.hash === object.hash)
    if (!(isBegun && (await engine.present()).has(object.name))) {
      await deployments.write(object.name, before)
      throw refused(object, error, 'the earlier steps are applied, and another apply continues from here')
    }
  }
  await deployments.write(object.name, recordOf(object, 'applied', target))
}

/** With the engine's address, so that a user of another engine learns where to drop this one's objects. */
function recordOf(object: SqlObject, state: Deployment['state'], { engine }: Target): Deployment {
  return {
    ...deploymentOf(object, state, new Date()),
    ...(engine.url === undefined ? {} : { url: engine.url }),
  }
}

function savepointOf(before: Deployment | undefined): { readonly savepoint?: string } {
  return before?.savepoint === undefined ? {} : { savepoint: before.savepoint }
}

/** Ends or drops an object, and records that its topic still holds its query's output. */
export async function remove(
  present: Present,
  { engine, deployments }: Omit<Target, 'topics'>,
  keepState = false,
): Promise<void> {
  const before = deployments.all.get(present.name)
  if (before)
    await deployments.write(present.name, { ...before, state: 'dropping', at: new Date().toISOString() })
  const [query] = present.queries
  const savepoint = keepState && query !== undefined ? await engine.suspend?.(query) : undefined
  if (savepoint === undefined) await engine.end(present.kind === 'insert' ? present.queries : [])
  if (present.kind !== 'insert') await engine.drop(present)
  if (before) {
    const { savepoint: _, ...rest } = before
    const kept = savepoint === undefined ? {} : { savepoint }
    await deployments.write(present.name, {
      ...rest,
      ...kept,
      state: 'dropped',
      at: new Date().toISOString(),
    })
  }
}

function refused({ statement: own, name }: SqlObject, error: EngineRefusal, whatNow: string): SqlError {
  const { file, line, text } = error.statement ?? own
  const words = text.replace(/\s+/g, ' ')
  const shown = words.length > 120 ? `${words.slice(0, 119)}…` : words
  return new SqlError(`${file}:${line}: ${error.message} (${name}; the statement: ${shown}); ${whatNow}`, {
    cause: error,
  })
}

function stopIf(signal: AbortSignal, { steps }: Plan, step: Step): void {
  if (!signal.aborted) return
  const done = steps.indexOf(step)
  throw new StoppedError(`stopped after ${done} of ${steps.length} steps; apply again to continue`)
}

function whatIsLost({ steps }: Plan): string {
  const names = steps.flatMap((step) => ('present' in step && losesSomething(step) ? step.present.name : []))
  const emptied = steps.flatMap((step) => (step.kind === 'empty' ? step.topic : []))
  const parts = [
    ...(names.length > 0 ? [`dropping ${names.join(', ')} with the state of their queries`] : []),
    ...(emptied.length > 0
      ? [`deleting the records of ${emptied.join(', ')}, which are then written again`]
      : []),
  ]
  return `this takes ${parts.join(' and ')}: add --replace to allow it`
}
