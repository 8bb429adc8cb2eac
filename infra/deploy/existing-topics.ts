import type { StateResource } from './state-resources.ts'

/** A topic that an apply could not create because it exists already. */
export interface ExistingTopic {
  readonly address: string
  /** The provider's id for an import: `lkc-1/logs`. */
  readonly importId: string
}

/** How the provider finds the cluster during an import. */
export type ImportVariables = Readonly<Record<`IMPORT_KAFKA_${string}`, string>>

/** The variables for an import of topics, from the state; undefined without the cluster or the provisioner's key. */
export function importVariables(inState: readonly StateResource[]): ImportVariables | undefined {
  const text = (address: string, name: string) => {
    const value = inState.find((one) => one.address === address)?.values[name]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const id = text('confluent_kafka_cluster.playstream', 'id')
  const endpoint = text('confluent_kafka_cluster.playstream', 'rest_endpoint')
  const key = text('confluent_api_key.provisioner_kafka', 'id')
  const secret = text('confluent_api_key.provisioner_kafka', 'secret')
  if (!id || !endpoint || !key || !secret) return undefined
  return {
    IMPORT_KAFKA_ID: id,
    IMPORT_KAFKA_REST_ENDPOINT: endpoint,
    IMPORT_KAFKA_API_KEY: key,
    IMPORT_KAFKA_API_SECRET: secret,
  }
}

/**
 * The topics that already exist according to Terraform's output: an earlier run was interrupted while it created them,
 * or somebody else created them.
 */
export function existingTopics(output: string, clusterId: string): ExistingTopic[] {
  // Each error's lines begin with a bar, coloured or not; the next error begins with its own heading.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are control characters.
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '').replace(/^[│|╷╵] ?/gm, '')
  return plain.split(/^Error: /m).flatMap((error) => {
    if (!/already exists/.test(error)) return []
    const [, name] = /^\s*with confluent_kafka_topic\.([\w-]+),/m.exec(error) ?? []
    const [, topic = name] = /Topic '([A-Za-z0-9._-]+)' already exists/.exec(error) ?? []
    return name && topic
      ? [{ address: `confluent_kafka_topic.${name}`, importId: `${clusterId}/${topic}` }]
      : []
  })
}
