import {
  type Base,
  type BaseOptions,
  type Callback,
  type ClusterMetadata,
  Consumer,
  kMetadata,
  type MetadataOptions,
} from '@platformatic/kafka'

/**
 * Turns metadata that lacks a requested topic into an error, which the runtime retries. A broker that has just started may
 * not know a topic yet, and @platformatic/kafka 2.12.1 then throws an uncaught exception.
 */
export function withAllTopics(
  client: Base<BaseOptions>,
  options: MetadataOptions,
  callback: Callback<ClusterMetadata>,
): Callback<ClusterMetadata> {
  return (error, metadata) => {
    const missing = error
      ? undefined
      : options.topics?.find((topic) => metadata?.topics.get(topic) === undefined)
    if (missing === undefined) {
      callback(error, metadata)
      return
    }
    client.clearMetadata()
    callback(new Error(`the broker does not know the topic ${missing} (yet)`))
  }
}

/** A @platformatic/kafka consumer that survives metadata without a requested topic. */
export class SteadyConsumer extends Consumer {
  override [kMetadata](options: MetadataOptions, callback: Callback<ClusterMetadata>): void {
    super[kMetadata](options, withAllTopics(this, options, callback))
  }
}
