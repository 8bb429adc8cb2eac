import type { Catalog } from '../../catalog/catalog.ts'
import { type LineageEdge, type LineageNode, lineageOf } from '../../catalog/lineage.ts'
import { type Topic, topicConfig } from '../../catalog/topic.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { payloadOf } from './payload.ts'
import { serversOf } from './servers.ts'

/** The version of the Kafka bindings that the document follows. */
const BINDING = { bindingVersion: '0.5.0' } as const

export interface AsyncApiOptions {
  readonly version: string
  /** The cluster to name as the server; undefined to name none. */
  readonly profile: Profile | undefined
}

/**
 * The catalog as a document of AsyncAPI 3.0: a channel and a message for each topic, an operation for each program,
 * processor and SQL script that writes or reads it. Schemas stand in the document with their references resolved.
 */
export function asyncApi(catalog: Catalog, { version, profile }: AsyncApiOptions) {
  const { nodes, edges } = lineageOf(catalog)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Playstream',
      version,
      description:
        'The topics of the platform, who writes them and who reads them. Derived from its catalog.',
    },
    defaultContentType: 'application/json',
    ...(profile && { servers: serversOf(profile) }),
    channels: byName(catalog.topics.map((topic) => [topic.name, channelOf(topic)])),
    operations: byName(edges.map((edge) => operationOf(edge, nodes))),
    components: { messages: byName(catalog.topics.map((topic) => [topic.name, messageOf(topic, catalog)])) },
  }
}

function channelOf(topic: Topic) {
  return {
    address: topic.name,
    title: topic.name,
    description: topic.description,
    messages: { record: { $ref: `#/components/messages/${topic.name}` } },
    bindings: {
      kafka: {
        topic: topic.name,
        partitions: topic.partitions,
        topicConfiguration: configurationOf(topic),
        ...BINDING,
      },
    },
  }
}

/** The topic's settings with the types of the binding, which leaves a limit beyond 2^53 out. */
function configurationOf(topic: Topic): Record<string, unknown> {
  const settings = Object.entries(topicConfig(topic)).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'cleanup.policy') return [[name, [value]]]
    if (!/^\d+$/.test(value)) return [[name, value]]
    return Number.isSafeInteger(Number(value)) ? [[name, Number(value)]] : []
  })
  return Object.fromEntries(settings)
}

function messageOf(topic: Topic, catalog: Catalog) {
  return {
    name: topic.name,
    title: topic.name,
    summary: topic.description,
    ...payloadOf(topic, catalog.schemas),
    bindings: { kafka: { ...keyOf(topic), ...schemaIdOf(topic), ...BINDING } },
  }
}

function keyOf({ key, keyWindow }: Topic) {
  if (key === undefined) return {}
  const window =
    keyWindow === undefined ? '' : `, then the ${keyWindow === 'start' ? 'window' : 'session'} in binary`
  return { key: { type: 'string', description: `UTF-8 text: ${key}${window}.` } }
}

/** Where a record names its schema: in the first five bytes of the wire format, or nowhere. */
function schemaIdOf({ value }: Topic) {
  return value.kind === 'avro' ? { schemaIdLocation: 'payload', schemaIdPayloadEncoding: 'confluent' } : {}
}

function operationOf(edge: LineageEdge, nodes: readonly LineageNode[]): [string, unknown] {
  const isWrite = edge.kind === 'writes'
  const topic = (isWrite ? edge.to : edge.from).slice('topic:'.length)
  const id = isWrite ? edge.from : edge.to
  const node = nodes.find((candidate) => candidate.id === id)
  if (!node) throw new Error(`the lineage has an edge to ${id}, which is not one of its nodes`)
  const owner =
    node.kind === 'processor' ? node.application : node.kind === 'sql-script' ? 'sql-engine' : node.name
  const operation = {
    action: isWrite ? 'send' : 'receive',
    channel: { $ref: `#/channels/${topic}` },
    title: `${node.name} ${isWrite ? 'writes' : edge.kind === 'restores' ? 'restores from' : 'reads'} ${topic}`,
    description: node.description,
    tags: [{ name: owner, description: 'The application that does it, with its own account in the cloud.' }],
    messages: [{ $ref: `#/channels/${topic}/messages/record` }],
    ...groupOf(edge),
  }
  return [`${id.replace(/[:/]/g, '.')}.${operation.action}.${topic}`, operation]
}

function groupOf(edge: LineageEdge) {
  if (edge.kind !== 'reads' || !edge.group) return {}
  const { name, isPrefix } = edge.group
  const groupId = isPrefix ? { type: 'string', pattern: `^${name}` } : { type: 'string', enum: [name] }
  return { bindings: { kafka: { groupId, ...BINDING } } }
}

function byName<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries)
}
