import type { Admin } from 'kafkajs'
import { UnreachableError } from '../errors.ts'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import { oneLine } from '../one-line.ts'
import { bootstrapOrder, noteAnswer } from '../profile/bootstrap-server.ts'
import { variablePrefix } from '../profile/environment-profile.ts'
import { FIELDS } from '../profile/fields.ts'
import { hint } from '../profile/hint.ts'
import type { Profile } from '../profile/profile.ts'

/** After this time without an answer, a broker or registry counts as unreachable. */
const PATIENCE_MS = 6_000

/** After this time without an answer, the next bootstrap server is tried as well. */
const NEXT_AFTER_MS = 1_000

/**
 * Opens an admin connection. Verbs call this first, so that a wrong address is reported in seconds, not after a pipeline's
 * long retries. Tries every bootstrap server, the next as soon as one fails or is silent for a second: n servers take
 * n + 6 s at most. Clients that are created afterwards try the server that answered first.
 * @throws UnreachableError that names each server and its reason in one line
 */
export async function connectAdmin(profile: Profile, clientId: string): Promise<Admin> {
  noteAnswer(profile, await firstToAnswer(profile, clientId))
  const admin = createClient(profile, { clientId }).admin()
  await admin.connect()
  return admin
}

/** A bootstrap server that could not be reached, and why. */
interface Failure {
  readonly server: string
  readonly error: Error
}

function firstToAnswer(profile: Profile, clientId: string): Promise<string> {
  const waiting = bootstrapOrder(profile)
  const failures: Failure[] = []
  let asked = 0
  let timer: NodeJS.Timeout | undefined
  return new Promise((resolve, reject) => {
    const askNext = () => {
      clearTimeout(timer)
      const server = waiting.shift()
      if (server === undefined) return
      asked += 1
      if (waiting.length > 0) timer = setTimeout(askNext, NEXT_AFTER_MS)
      probe({ ...profile, bootstrapServers: [server] }, clientId).then(
        () => {
          clearTimeout(timer)
          waiting.length = 0
          resolve(server)
        },
        (error: Error) => {
          failures.push({ server, error })
          if (waiting.length > 0) askNext()
          else if (failures.length === asked) reject(unreachable(profile, failures))
        },
      )
    }
    askNext()
  })
}

async function probe(profile: Profile, clientId: string): Promise<void> {
  const admin = createClient(profile, { clientId, patienceMs: 1_000 }).admin()
  const work = async () => {
    await admin.connect()
    await admin.describeCluster()
  }
  try {
    await withDeadline(work())
  } finally {
    // Not awaited: with a silent server this takes as long as a request may.
    void admin.disconnect().catch(() => undefined)
  }
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function unreachable(profile: Profile, failures: readonly Failure[]): UnreachableError {
  const reasons = profile.bootstrapServers.flatMap((server) => {
    const failure = failures.find((one) => one.server === server)
    return failure ? [explain(profile, server, rootCause(failure.error))] : []
  })
  const cause = new AggregateError(failures.map(({ error }) => error))
  return new UnreachableError(profile.bootstrapServers.join(), `${reasons.join('; ')}${hint(profile)}`, {
    cause: failures.length === 1 ? failures[0]?.error : cause,
  })
}

function explain(profile: Profile, address: string, root: Error): string {
  const said = oneLine(root.message.replace(/^Connection error: /, ''))
  const protocol = `${variablePrefix(profile.name)}${FIELDS.securityProtocol.variable}`
  if (/current SASL state/.test(said)) {
    return `the broker at ${address} takes no credentials: ${protocol} must be PLAINTEXT or SSL`
  }
  if (/SASL|authentication/i.test(`${root.name} ${said}`)) {
    return `the broker at ${address} refused the credentials: ${said}`
  }
  // How the connection ends if only one side uses TLS.
  const isOther = profile.name !== 'local' && /before secure TLS|Closed connection/.test(said)
  return `no broker answers at ${address}: ${said}${isOther ? `; is ${protocol} right?` : ''}`
}

function rootCause(error: Error): Error {
  return error.cause instanceof Error ? rootCause(error.cause) : error
}
