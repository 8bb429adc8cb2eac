import type { CONNECTION_FIELDS, Values } from './fields.ts'
import type { Credentials, Profile } from './profile.ts'

/** The profile that checked fields describe: encrypted and authenticated unless they say otherwise. */
export function connectionOf(name: string, values: Values<typeof CONNECTION_FIELDS>): Profile {
  const {
    bootstrapServers = [],
    securityProtocol,
    saslMechanism = 'plain',
    caFile,
    registryUrl = '',
  } = values
  const kafka = credentialsOf(values.kafka)
  const registry = credentialsOf(values.registry)
  return {
    name,
    bootstrapServers,
    tls: (securityProtocol?.isEncrypted ?? true) && (caFile === undefined ? {} : { ca: caFile }),
    ...(kafka && (securityProtocol?.isAuthenticated ?? true)
      ? { sasl: { ...kafka, mechanism: saslMechanism } }
      : {}),
    registry: { url: registryUrl, ...(registry ? { credentials: registry } : {}) },
  }
}

/** A key with its secret; undefined where either is missing. */
export function credentialsOf({ key, secret }: Partial<Credentials> = {}): Credentials | undefined {
  return key === undefined || secret === undefined ? undefined : { key, secret }
}
