import type { BaseOptions } from '@platformatic/kafka'
import { bootstrapOrder } from '../profile/bootstrap-server.ts'
import type { Profile } from '../profile/profile.ts'
import { platformaticTls } from './platformatic-tls.ts'

/** Options of an @platformatic/kafka client for a profile. All clients are made with these. */
export function platformaticOptions(profile: Profile, clientId: string): BaseOptions {
  return {
    clientId: `playstream-${clientId}`,
    bootstrapBrokers: bootstrapOrder(profile),
    connectTimeout: 3_000,
    timeout: 15_000,
    // These retries only bridge CONCURRENT_TRANSACTIONS and loading coordinators, which pass within milliseconds. The
    // stream runtime retries everything else, from a clean state.
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
