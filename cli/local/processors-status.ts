import type { Profile } from '../../kafka/profile/profile.ts'
import { declaredGroups } from '../../observability/lag/declared-groups.ts'
import { LagMonitor } from '../../observability/lag/lag-monitor.ts'
import type { Verdict } from '../../observability/lag/verdict.ts'

/** The longest time that the processors may add to an answer, in ms. */
const PATIENCE_MS = 2_000

/** How a consumer group of the catalog is doing. */
export interface ProcessorStatus {
  readonly group: string
  readonly members: number
  readonly lag: number
  /** Of a single look: `unknown` for a group with members and lag. */
  readonly verdict: Verdict
}

/** The groups of the catalog, in its order; undefined if the broker does not tell within two seconds. */
export async function processorsStatus(profile: Profile): Promise<readonly ProcessorStatus[] | undefined> {
  const monitor = new LagMonitor(profile, 'status', declaredGroups)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined)
  })
  const look = monitor.look().catch(() => undefined)
  const snapshot = await Promise.race([look, late])
  clearTimeout(timer)
  // The program does not wait for a broker that is silent.
  void look.then(() => monitor.close()).catch(() => undefined)
  return snapshot?.groups
    .filter(({ isDeclared }) => isDeclared)
    .map(({ group, members, lag, verdict }) => ({ group, members, lag, verdict }))
}
