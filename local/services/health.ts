import { becomesTrue } from '../../kafka/becomes-true.ts'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { LocalRuntimeError } from '../errors.ts'

const POLL_MS = 150
const GIVE_UP_MS = 90_000

/** Whether the broker answers. */
export async function brokerAnswers(profile: Profile): Promise<boolean> {
  const admin = createClient(profile, { clientId: 'health', patienceMs: 1_000 }).admin()
  try {
    await admin.connect()
    await admin.describeCluster()
    return true
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

/**
 * Whether the broker's group and transaction coordinators answer. The first call to each fails with
 * COORDINATOR_NOT_AVAILABLE while its topic is created, so this check creates the topics before any client connects.
 */
export async function coordinatorsAnswer(profile: Profile): Promise<boolean> {
  if (!(await brokerAnswers(profile))) return false
  const kafka = createClient(profile, { clientId: 'health', patienceMs: 5_000 })
  const admin = kafka.admin()
  const producer = kafka.producer({ transactionalId: 'playstream-health', maxInFlightRequests: 1 })
  try {
    await admin.connect()
    await admin.fetchOffsets({ groupId: 'playstream-health' })
    await producer.connect()
    // kafkajs asks the coordinator for a producer id only at the first transaction.
    await (await producer.transaction()).abort()
    return true
  } catch {
    return false
  } finally {
    await Promise.all([admin, producer].map((client) => client.disconnect().catch(() => undefined)))
  }
}

/** Whether the registry answers a request that reaches its storage. */
export async function registryAnswers(profile: Profile): Promise<boolean> {
  try {
    const response = await fetch(`${profile.registry.url}/subjects`, { signal: AbortSignal.timeout(3_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/**
 * Waits until a service answers.
 * @throws LocalRuntimeError after 90 s without an answer; the signal's reason
 */
export async function untilHealthy(
  name: string,
  answers: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  if (await becomesTrue(answers, { everyMs: POLL_MS, patienceMs: GIVE_UP_MS, signal })) return
  throw new LocalRuntimeError('NOT_HEALTHY', `${name} runs but did not answer within ${GIVE_UP_MS / 1000} s`)
}
