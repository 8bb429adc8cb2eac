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

/** Receives messages for a person, connections lost and found for example, one line each. */
export type Warn = (line: string) => void

export interface ClientOptions {
  /** The application's name in the broker's logs and quotas. */
  readonly clientId: string
  readonly warn?: Warn
  /** Called for each failed request or connection, including failures that a retry cures. */
  readonly onFailure?: () => void
  /** How long to retry, in ms. Long for a pipeline, short for a question. */
  readonly patienceMs?: number
}

/** How long a pipeline waits for a broker, in ms. A restart takes seconds, a cluster update minutes. */
export const PIPELINE_PATIENCE_MS = 120_000

const RETRY_MS = 100
const MAX_RETRY_MS = 1_000

/** Creates a kafkajs client with the settings that its last release needs. All clients are made here. */
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

/** Java's partitioner, murmur2 of the key: records with the same key share a partition, whichever client wrote them. */
export const keyPartitioner = Partitioners.DefaultPartitioner

/**
 * Warnings of kafkajs that nobody can act on: retries are limited on purpose, and coordinators that are loading or not yet
 * elected are waited for.
 */
const NOT_WORTH_SAYING =
  /Limiting retries for the idempotent producer|coordinator is (loading|not available)|COORDINATOR_LOAD/

/** Every connection and every retry repeats the same warning; it is shown once in this time, in ms. */
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
