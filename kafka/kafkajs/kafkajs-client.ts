import kafkajs, { type Kafka as KafkaClient, type KafkaConfig, type SASLOptions } from 'kafkajs'
import './committed-fetch.ts'
import { bootstrapOrder } from '../profile/bootstrap-server.ts'
import './compression.ts'
import './exact-headers.ts'
import './idle-spin.ts'
import type { Profile } from '../profile/profile.ts'
import { tlsOptions } from '../profile/tls-options.ts'
import { seedAddress } from './seed-broker.ts'

const { Kafka, Partitioners, logLevel } = kafkajs

/** Where a client says what a person should know: connections lost and found. One line at a time. */
export type Warn = (line: string) => void

export interface ClientOptions {
  /** The application, as the broker's logs and quotas name it. */
  readonly clientId: string
  readonly warn?: Warn
  /** Called for each request or connection that failed, also where a retry then cures it. */
  readonly onFailure?: () => void
  /** How long to go on trying what a retry can cure, in ms. Long for a pipeline, short for a question. */
  readonly patienceMs?: number
}

/** How long a pipeline waits for a broker that went away. A restart takes seconds, an update of a cluster minutes. */
export const PIPELINE_PATIENCE_MS = 120_000

const RETRY_MS = 100
const MAX_RETRY_MS = 1_000

/** The one place that makes a kafkajs client, with the settings that its last release needs. */
export function createClient(profile: Profile, options: ClientOptions): KafkaClient {
  const patience = options.patienceMs ?? PIPELINE_PATIENCE_MS
  const config: KafkaConfig = {
    clientId: `playstream-${options.clientId}`,
    brokers: bootstrapOrder(profile).map(seedAddress),
    connectionTimeout: Math.min(3_000, patience),
    authenticationTimeout: 5_000,
    requestTimeout: 30_000,
    retry: {
      initialRetryTime: RETRY_MS,
      maxRetryTime: MAX_RETRY_MS,
      retries: Math.ceil(patience / MAX_RETRY_MS),
    },
    logLevel: logLevel.WARN,
    logCreator: () => forwardTo(options),
  }
  if (profile.tls) config.ssl = tlsOptions(profile.tls)
  if (profile.sasl) {
    const { mechanism, key, secret } = profile.sasl
    config.sasl = { mechanism, username: key, password: secret.reveal() } as SASLOptions
  }
  return new Kafka(config)
}

/** Java's partitioner: murmur2 of the key. What shares a key shares a partition with every other client's records. */
export const keyPartitioner = Partitioners.DefaultPartitioner

/**
 * What kafkajs says that nobody can act on: a bounded patience is meant, and a coordinator that loads, or on a new cluster
 * is yet to come, is waited for.
 */
const NOT_WORTH_SAYING =
  /Limiting retries for the idempotent producer|coordinator is (loading|not available)|COORDINATOR_LOAD/

/** The same trouble, met by every connection and every retry, is said once in so many ms. */
const REPEAT_AFTER_MS = 10_000

function forwardTo({ warn, onFailure }: ClientOptions) {
  const said = new Map<string, number>()
  return (entry: { level: number; log: { message: string; [extra: string]: unknown } }) => {
    const { message, broker, error } = entry.log
    const detail = typeof error === 'string' && !message.includes(error) ? `: ${error}` : ''
    const line = `kafka: ${message}${detail}${typeof broker === 'string' && !message.includes(broker) ? ` (${broker})` : ''}`
    if (NOT_WORTH_SAYING.test(line)) return
    onFailure?.()
    if (!warn) return
    const now = Date.now()
    if (now - (said.get(line) ?? 0) < REPEAT_AFTER_MS) return
    said.set(line, now)
    warn(line)
  }
}
