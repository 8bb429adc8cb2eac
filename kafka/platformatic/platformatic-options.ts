import type { BaseOptions } from '@platformatic/kafka'
import { bootstrapOrder } from '../profile/bootstrap-server.ts'
import type { Profile } from '../profile/profile.ts'
import { platformaticTls } from './platformatic-tls.ts'

/** The one place that turns a profile into settings of @platformatic/kafka, with what its release needs. */
export function platformaticOptions(profile: Profile, clientId: string): BaseOptions {
  return {
    clientId: `playstream-${clientId}`,
    bootstrapBrokers: bootstrapOrder(profile),
    connectTimeout: 3_000,
    timeout: 15_000,
    // The runtime itself retries what is worth it, from a clean state; these only bridge CONCURRENT_TRANSACTIONS and
    // coordinators that load, which pass within milliseconds.
    retries: 40,
    retryDelay: 5,
    ...(profile.tls ? { tls: platformaticTls(profile.tls) } : {}),
    ...(profile.sasl
      ? {
          sasl: {
            mechanism: profile.sasl.mechanism.toUpperCase() as 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512',
            username: profile.sasl.key,
            password: profile.sasl.secret.reveal(),
          },
        }
      : {}),
  }
}
