import type { Profile, SaslMechanism } from '../../kafka/profile/profile.ts'

const BINDING = { bindingVersion: '0.5.0' } as const

const SECURITY: Record<SaslMechanism, string> = {
  plain: 'plain',
  'scram-sha-256': 'scramSha256',
  'scram-sha-512': 'scramSha512',
}

/** The bootstrap servers of a cluster, without its credentials. */
export function serversOf({ name, bootstrapServers, tls, sasl, registry }: Profile) {
  const servers = bootstrapServers.map((host, index) => [
    index === 0 ? name : `${name}-${index + 1}`,
    {
      host,
      protocol: tls === false ? 'kafka' : 'kafka-secure',
      description: `A bootstrap server of the profile ${name}.`,
      ...(sasl && { security: [{ type: SECURITY[sasl.mechanism] }] }),
      bindings: { kafka: { schemaRegistryUrl: registry.url, ...BINDING } },
    },
  ])
  return Object.fromEntries(servers) as Record<string, unknown>
}
