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
 * A broker that has just started may answer without a topic that it does not know yet, and @platformatic/kafka 2.12.1 then
 * throws where nobody can catch it. Such an answer is an error here, which the runtime retries.
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

/** The consumer of @platformatic/kafka that survives such an answer. */
export class SteadyConsumer extends Consumer {
  override [kMetadata](options: MetadataOptions, callback: Callback<ClusterMetadata>): void {
    super[kMetadata](options, withAllTopics(this, options, callback))
  }
}
