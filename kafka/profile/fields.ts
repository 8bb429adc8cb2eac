import { certificatesIn, httpUrl, oneOf, type Parse, secret, servers, text } from './field-values.ts'
import type { SaslMechanism } from './profile.ts'

/** One setting of a profile. Its name in the tables below is its key in a profile file. */
export interface Field<T> {
  /** The environment variable, after the profile's prefix. */
  readonly variable: string
  /** What `profile show` calls it. */
  readonly label: string
  /** What belongs there, for the error about a missing field. */
  readonly about: string
  readonly parse: Parse<T>
}

/** Fields by name, some of them in groups. */
export interface Fields {
  readonly [name: string]: Field<unknown> | Fields
}

/** The values of the fields that are set, in the same groups. */
export type Values<F> = {
  readonly [Name in keyof F]?: F[Name] extends Field<infer T> ? T : Values<F[Name]>
}

/** The fields as a profile file holds them. */
export type Written<F> = {
  readonly [Name in keyof F]?: F[Name] extends Field<infer T>
    ? T extends readonly string[]
      ? T
      : string
    : Written<F[Name]>
}

export interface SecurityProtocol {
  readonly isEncrypted: boolean
  readonly isAuthenticated: boolean
}

const PROTOCOLS: Readonly<Record<string, SecurityProtocol>> = {
  SASL_SSL: { isEncrypted: true, isAuthenticated: true },
  SSL: { isEncrypted: true, isAuthenticated: false },
  SASL_PLAINTEXT: { isEncrypted: false, isAuthenticated: true },
  PLAINTEXT: { isEncrypted: false, isAuthenticated: false },
}

const MECHANISMS: Readonly<Record<string, SaslMechanism>> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
}

function field<T>(variable: string, label: string, about: string, parse: Parse<T>): Field<T> {
  return { variable, label, about, parse }
}

/** How the broker and the registry are reached. */
const CLUSTER_FIELDS = {
  bootstrapServers: field('BOOTSTRAP_SERVERS', 'Kafka', 'host:port, several separated by commas', servers),
  securityProtocol: field(
    'SECURITY_PROTOCOL',
    'security protocol',
    Object.keys(PROTOCOLS).join(', '),
    oneOf(PROTOCOLS),
  ),
  saslMechanism: field(
    'SASL_MECHANISM',
    'SASL mechanism',
    Object.keys(MECHANISMS).join(', '),
    oneOf(MECHANISMS),
  ),
  caFile: field('CA_FILE', 'CA file', 'a file of certificates in PEM', certificatesIn),
  registryUrl: field('REGISTRY_URL', 'registry', 'the address of its schema registry', httpUrl),
}

/** Where the SQL engines of a cluster are. */
const ENGINE_FIELDS = {
  ksqldb: {
    url: field('KSQLDB_URL', 'ksqlDB', 'the address of its ksqlDB server', httpUrl),
    key: field('KSQLDB_API_KEY', 'key to ksqlDB', 'the key of that secret', text),
    secret: field('KSQLDB_API_SECRET', 'secret to ksqlDB', 'the secret of that key', secret),
  },
  flinkSqlUrl: field('FLINK_URL', 'Flink SQL gateway', 'the address of its SQL gateway', httpUrl),
  flinkRestUrl: field('FLINK_REST_URL', 'Flink REST API', 'the address of Flink’s own REST API', httpUrl),
}

/** The fields that each account of a deployment has for itself. */
export const ACCOUNT_FIELDS = {
  kafka: {
    key: field(
      'API_KEY',
      'key to Kafka',
      'a cluster without authentication needs SECURITY_PROTOCOL instead',
      text,
    ),
    secret: field('API_SECRET', 'secret to Kafka', 'the secret of that key', secret),
  },
  registry: {
    key: field('REGISTRY_API_KEY', 'key to the registry', 'the key of that secret', text),
    secret: field('REGISTRY_API_SECRET', 'secret to the registry', 'the secret of that key', secret),
  },
}

/** The fields that all accounts of a deployment share. */
export const SHARED_FIELDS = { ...CLUSTER_FIELDS, ...ENGINE_FIELDS }

/** The fields of the connection to the broker and the registry. */
export const CONNECTION_FIELDS = { ...CLUSTER_FIELDS, ...ACCOUNT_FIELDS }

/** All fields. */
export const FIELDS = { ...SHARED_FIELDS, ...ACCOUNT_FIELDS }

/** The fields that must be set, given the values that are: keys where the broker asks for them, and no key without its secret. */
export function requiredBeside(values: Values<typeof FIELDS>): readonly Field<unknown>[] {
  const pairs = (['kafka', 'registry', 'ksqldb'] as const).flatMap((group) => {
    const { key, secret: itsSecret } = FIELDS[group]
    const isAsked = group === 'kafka' && (values.securityProtocol?.isAuthenticated ?? true)
    const isBegun = values[group]?.key !== undefined || values[group]?.secret !== undefined
    return isAsked || isBegun ? [key, itsSecret] : []
  })
  return [FIELDS.bootstrapServers, FIELDS.registryUrl, ...pairs]
}

/** Every field with its path through the groups, in the order of declaration. */
export function pathsOf(
  fields: Fields,
  above: readonly string[] = [],
): [readonly string[], Field<unknown>][] {
  return Object.entries(fields).flatMap(([name, one]) => {
    const path = [...above, name]
    return isField(one) ? [[path, one] as [readonly string[], Field<unknown>]] : pathsOf(one, path)
  })
}

function isField(one: Field<unknown> | Fields): one is Field<unknown> {
  return typeof one['parse'] === 'function'
}
