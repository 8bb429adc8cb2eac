import { StoppedError } from '../errors.ts'
import { remove, type Target } from './apply.ts'
import { type Deployments, filledTopics } from './deployments.ts'
import type { Engine, Present } from './engine.ts'
import { readersFirst } from './plan.ts'

/** The objects and topics that a drop removes. */
export interface DropPlan {
  /** In the order in which the engine can drop them. */
  readonly objects: readonly Present[]
  /** The topics that their queries filled. */
  readonly topics: readonly string[]
}

/** Everything that was applied, with its topics; not what others created. */
export async function planDrop(engine: Engine, deployments: Deployments): Promise<DropPlan> {
  const present = [...(await engine.present()).values()].filter(({ name }) => deployments.all.has(name))
  const topics = [...deployments.all.values()].flatMap(filledTopics)
  return {
    objects: readersFirst(present, (name) => deployments.all.get(name)?.dependsOn ?? []),
    topics: [...new Set(topics)].sort(),
  }
}

export interface DropOptions {
  /** Whether the topics are deleted as well, with their records. */
  readonly deleteTopics: boolean
  /** Whether queries end with their state saved, so that the next apply resumes them. */
  readonly keepState?: boolean
  readonly signal: AbortSignal
  readonly onStep?: (name: string) => void
}

/**
 * Ends the queries that insert, drops streams and tables after everything that reads them, and then, if allowed,
 * deletes the topics that they filled. After an interruption, another drop continues.
 */
export async function drop(wanted: DropPlan, target: Target, options: DropOptions): Promise<void> {
  const { deployments, topics } = target
  for (const present of wanted.objects) {
    stopIf(options.signal)
    options.onStep?.(present.name)
    await remove(present, target, options.keepState)
  }
  if (!options.deleteTopics) return
  for (const topic of wanted.topics) {
    stopIf(options.signal)
    options.onStep?.(topic)
    await topics.remove(topic)
  }
  for (const name of [...deployments.all.keys()]) await deployments.write(name, undefined)
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new StoppedError('stopped between two steps; drop again to continue')
}
