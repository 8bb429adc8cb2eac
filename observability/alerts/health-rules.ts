import { catalog } from '../../catalog/catalog.ts'
import { lineageOf } from '../../catalog/lineage.ts'
import { isDeadLetters } from '../../catalog/processors.ts'
import { topic } from '../../catalog/topics.ts'
import type { GroupLag, LagSnapshot, TopicRate } from '../lag/lag.ts'
import type { HealthKind, HealthReport } from './health-report.ts'

/** What one look says of one processor or topic. */
export interface Finding {
  /** The rule. Findings of one rule about one subject belong to one incident. */
  readonly rule: 'processor' | 'dead-letters' | 'input' | 'order'
  readonly scope: HealthReport['scope']
  readonly subject: string
  /** `well`, what is wrong, or `unclear`, which neither opens an incident nor ends one. */
  readonly kind: HealthKind | 'well' | 'unclear'
  readonly message: string
}

export interface HealthRulesOptions {
  /** How long a topic that had input may be without, in ms. */
  readonly noInputMs: number
  /** How long after the last dead letter or order violation its incident ends, in ms. */
  readonly quietMs: number
}

/** Topics that producers fill and processors read. */
export function inputTopics(): string[] {
  const { nodes, edges } = lineageOf(catalog)
  const producers = new Set(nodes.filter(({ kind }) => kind === 'producer').map(({ id }) => id))
  const shipped = edges.filter(({ kind, from }) => kind === 'writes' && producers.has(from))
  return [...new Set(shipped.map(({ to }) => to.slice('topic:'.length)))]
}

/** A count that only grows, and when it grew last. */
interface Growth {
  readonly count: number
  /** Undefined until it grows. */
  readonly grewAt: number | undefined
}

/** Judges looks at a cluster by the rules for alerts. Remembers when topics grew. */
export class HealthRules {
  readonly #options: HealthRulesOptions
  readonly #inputs: ReadonlySet<string>
  readonly #growth = new Map<string, Growth>()

  constructor(options: HealthRulesOptions, inputs: readonly string[] = inputTopics()) {
    this.#options = options
    this.#inputs = new Set(inputs)
  }

  /** @param orderViolations how many there were since the start; undefined where nobody checks */
  judge({ at, groups, topics }: LagSnapshot, orderViolations?: number): Finding[] {
    return [
      ...groups.flatMap(processorFinding),
      ...topics.flatMap((one) => this.#topicFinding(one, at)),
      ...(orderViolations === undefined ? [] : [this.#orderFinding(orderViolations, at)]),
    ]
  }

  #topicFinding({ topic: subject, partitions }: TopicRate, at: number): Finding[] {
    const end = partitions.reduce((sum, { stable }) => sum + stable, 0)
    if (isDeadLetters(subject)) {
      const message = `records were set aside in ${subject}`
      const kind = this.#isRecent(subject, end, at, 'dead-letters')
      return [{ rule: 'dead-letters', scope: 'topic', subject, kind, message }]
    }
    if (!this.#inputs.has(subject)) return []
    const { grewAt } = this.#grown(subject, end, at)
    const isSilent = grewAt !== undefined && at - grewAt >= this.#options.noInputMs
    const message = `${subject} got no records for ${Math.round((at - (grewAt ?? at)) / 1000)} s`
    return [{ rule: 'input', scope: 'topic', subject, kind: isSilent ? 'no-input' : 'well', message }]
  }

  #orderFinding(violations: number, at: number): Finding {
    const kind = this.#isRecent('order', violations, at, 'order-violation')
    const message = `${violations} game events came after a later one of their player`
    return { rule: 'order', scope: 'topic', subject: topic('game-events').name, kind, message }
  }

  #isRecent(name: string, count: number, at: number, kind: HealthKind): HealthKind | 'well' {
    const { grewAt } = this.#grown(name, count, at)
    return grewAt !== undefined && at - grewAt < this.#options.quietMs ? kind : 'well'
  }

  /** What was there at the first look is nobody's news. A count that fell, as of a topic made again, starts afresh. */
  #grown(name: string, count: number, at: number): Growth {
    const known = this.#growth.get(name)
    const next = known && count > known.count ? { count, grewAt: at } : { count, grewAt: known?.grewAt }
    this.#growth.set(name, next)
    return next
  }
}

/** A group that never committed was never started, or has nothing to do. A stopped one without lag does no harm yet. */
function processorFinding({ group, isDeclared, verdict, lag, partitions }: GroupLag): Finding[] {
  if (!isDeclared || partitions.every(({ committed }) => committed === undefined)) return []
  const finding = (kind: Finding['kind'], message: string): Finding[] => [
    { rule: 'processor', scope: 'processor', subject: group, kind, message },
  ]
  if (verdict === 'stalled')
    return finding('processor-stalled', `${group} has members and lag ${lag}, and commits nothing`)
  if (verdict === 'stopped' && lag > 0)
    return finding('processor-stopped', `${group} has no members and lag ${lag}`)
  return finding(verdict === 'unknown' ? 'unclear' : 'well', `${group} works`)
}
