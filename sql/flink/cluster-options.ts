import type { Profile } from '../../kafka/profile/profile.ts'

/** Kafka's classes by their names in the connector's jar. */
const LOGIN = 'org.apache.flink.kafka.shaded.org.apache.kafka.common.security'

const BOOTSTRAP = "'properties.bootstrap.servers' = '${bootstrap_servers}'"
/** The format that these options belong to: it has the options of `avro-confluent`. */
const FORMAT = 'value.avro-confluent-checked'
const REGISTRY = `'${FORMAT}.url' = '\${registry_url}'`

/**
 * Variables that scripts leave open: the addresses of the cluster and the registry, with the credentials. They are
 * substituted when a statement is sent, so that credentials are in no record, no message and no version of a script.
 */
export const LEFT_OPEN = {
  bootstrap_servers: '${bootstrap_servers}',
  registry_url: '${registry_url}',
} as const

/** A statement with its open variables replaced by a profile's options. */
export function withCluster(statement: string, profile: Profile): string {
  return statement
    .replaceAll(BOOTSTRAP, () => optionsOf(kafkaOptions(profile)))
    .replaceAll(REGISTRY, () => optionsOf(registryOptions(profile)))
}

function kafkaOptions({ bootstrapServers, tls, sasl }: Profile): Record<string, string> {
  const security = `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`
  const ca = tls ? tls.ca : undefined
  const [login, mechanism] =
    sasl?.mechanism === 'plain'
      ? ['plain.PlainLoginModule', 'PLAIN']
      : ['scram.ScramLoginModule', sasl?.mechanism.toUpperCase() ?? '']
  return {
    'properties.bootstrap.servers': bootstrapServers.join(','),
    ...(security === 'PLAINTEXT' ? {} : { 'properties.security.protocol': security }),
    ...(sasl
      ? {
          'properties.sasl.mechanism': mechanism,
          'properties.sasl.jaas.config': `${LOGIN}.${login} required username=${quoted(sasl.key)} password=${quoted(sasl.secret.reveal())};`,
        }
      : {}),
    ...(ca ? { 'properties.ssl.truststore.type': 'PEM', 'properties.ssl.truststore.certificates': ca } : {}),
  }
}

function registryOptions({ registry: { url, credentials } }: Profile): Record<string, string> {
  return {
    [`${FORMAT}.url`]: url,
    ...(credentials
      ? {
          [`${FORMAT}.basic-auth.credentials-source`]: 'USER_INFO',
          [`${FORMAT}.basic-auth.user-info`]: `${credentials.key}:${credentials.secret.reveal()}`,
        }
      : {}),
  }
}

function optionsOf(options: Record<string, string>): string {
  return Object.entries(options)
    .map(([name, value]) => `'${name}' = '${value.replaceAll("'", "''")}'`)
    .join(', ')
}

/** Quoted for JAAS. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
