import type { Admin } from 'kafkajs'
import { createClient } from './client.ts'
import { variablePrefix } from './environment-profile.ts'
import { UnreachableError } from './errors.ts'
import { oneLine } from './one-line.ts'
import type { Profile } from './profile.ts'

/** Within which a broker or registry that does not answer is called unreachable. */
const PATIENCE_MS = 6_000

/**
 * Opens an admin connection, or says in one line why there is none. Verbs call it first, so that a wrong address is an
 * answer in seconds, not the end of a pipeline's long patience.
 * @throws UnreachableError that names the address
 */
export async function connectAdmin(profile: Profile, clientId: string): Promise<Admin> {
  const address = profile.bootstrapServers.join(',')
  const probe = createClient(profile, { clientId, patienceMs: 1_000 }).admin()
  try {
    await withDeadline(
      (async () => {
        await probe.connect()
        await probe.describeCluster()
      })(),
    )
  } catch (error) {
    void probe.disconnect().catch(() => undefined)
    const reason = explain(profile, address, rootCause(error as Error))
    throw new UnreachableError(address, `${reason}${hint(profile)}`, { cause: error })
  }
  await probe.disconnect()
  const admin = createClient(profile, { clientId }).admin()
  await admin.connect()
  return admin
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function explain(profile: Profile, address: string, root: Error): string {
  const said = oneLine(root.message.replace(/^Connection error: /, ''))
  const protocol = `${variablePrefix(profile.name)}SECURITY_PROTOCOL`
  if (/current SASL state/.test(said)) {
    return `the broker at ${address} takes no credentials: ${protocol} must be PLAINTEXT or SSL`
  }
  if (/SASL|authentication/i.test(`${root.name} ${said}`)) {
    return `the broker at ${address} refused the credentials: ${said}`
  }
  // What a broker with TLS does to a client without, and one without to a client with it.
  const isOther = profile.name !== 'local' && /before secure TLS|Closed connection/.test(said)
  return `no broker answers at ${address}: ${said}${isOther ? `; is ${protocol} right?` : ''}`
}

function rootCause(error: Error): Error {
  return error.cause instanceof Error ? rootCause(error.cause) : error
}

export function hint(profile: Profile): string {
  return profile.name === 'local' ? ' (is it up? see: playstream status)' : ` (profile '${profile.name}')`
}
