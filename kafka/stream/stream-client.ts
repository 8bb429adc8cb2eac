import type { Profile } from '../profile/profile.ts'
import { KafkajsStream } from './kafkajs-stream.ts'
import { PlatformaticStream } from './platformatic-stream.ts'
import type { StreamOptions, StreamPort } from './stream-port.ts'

/** The Kafka clients that a stream can run on. docs/decisions/010-stream-clients.md compares them. */
export const STREAM_CLIENTS = ['platformatic', 'kafkajs'] as const

export type StreamClient = (typeof STREAM_CLIENTS)[number]

export function createStream(client: StreamClient, profile: Profile, options: StreamOptions): StreamPort {
  return client === 'platformatic'
    ? new PlatformaticStream(profile, options)
    : new KafkajsStream(profile, options)
}
