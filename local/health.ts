import { createClient } from '../kafka/client.ts'
import type { Profile } from '../kafka/profile.ts'
import { LocalRuntimeError } from './errors.ts'

const POLL_MS = 150
const GIVE_UP_MS = 90_000

/**
 * Whether the broker answers, and its group and transaction coordinators too: the first call to either meets
 * COORDINATOR_NOT_AVAILABLE while their topics are made, so they are made here, before anyone else asks.
 */
export async function brokerIsHealthy(profile: Profile): Promise<boolean> {
  const kafka = createClient(profile, { clientId: 'health', patienceMs: 5_000 })
  const admin = kafka.admin()
  const producer = kafka.producer({ transactionalId: 'playstream-health', maxInFlightRequests: 1 })
  const ended = [admin, producer].map((client) => () => client.disconnect().catch(() => undefined))
  try {
    await admin.connect()
    await admin.describeCluster()
    await admin.fetchOffsets({ groupId: 'playstream-health' })
    await producer.connect()
    return true
  } catch {
    return false
  } finally {
    await Promise.all(ended.map((end) => end()))
  }
}

/** Whether the registry answers a request that reaches its storage. */
export async function registryIsHealthy(profile: Profile): Promise<boolean> {
  try {
    const response = await fetch(`${profile.registry.url}/subjects`, { signal: AbortSignal.timeout(3_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/**
 * Asks until the answer is yes.
 * @throws LocalRuntimeError where that takes more than a minute and a half
 */
export async function waitUntil(name: string, healthy: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS
  while (!signal.aborted) {
    if (await healthy()) return
    if (Date.now() > deadline) {
      throw new LocalRuntimeError('NOT_HEALTHY', `${name} runs but did not answer within ${GIVE_UP_MS / 1000} s`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
