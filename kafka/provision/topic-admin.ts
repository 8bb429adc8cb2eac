import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs'
import pRetry from 'p-retry'
import { type Topic, topicConfig } from '../../catalog/topic.ts'
import { ApplyError } from '../errors.ts'
import type { ClusterTopic, TopicChange } from './topic-plan.ts'

const { ConfigResourceTypes } = kafkajs

/** Kafka's number for a setting made on the topic itself (ConfigEntry.ConfigSource). */
const SET_ON_THE_TOPIC = 1

const TIMESTAMP_TYPE = 'message.timestamp.type'

/** On a healthy cluster, a new topic has leaders and a changed setting is in force within 15 s. */
const UNTIL_DONE = { retries: Number.POSITIVE_INFINITY, minTimeout: 50, factor: 1, maxRetryTime: 15_000 }

/** Every topic of the cluster, with the settings in force. */
export async function readTopics(admin: Admin): Promise<ClusterTopic[]> {
  return pRetry(() => readOnce(admin), {
    retries: 5,
    minTimeout: 50,
    // A topic was created or deleted since the list was made.
    shouldRetry: ({ error }) => (error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION',
  })
}

async function readOnce(admin: Admin): Promise<ClusterTopic[]> {
  const names = await admin.listTopics()
  if (names.length === 0) return []
  const { topics } = await admin.fetchTopicMetadata({ topics: names })
  const configs = await describe(admin, names)
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    config: Object.fromEntries(
      (configs.get(name) ?? []).map((entry) => [entry.configName, entry.configValue]),
    ),
  }))
}

/**
 * Checks that topics exist.
 * @throws ApplyError that names the missing topics
 */
export async function requireTopics(admin: Admin, names: readonly string[]): Promise<void> {
  const existing = new Set(await admin.listTopics())
  const missing = names.filter((name) => !existing.has(name))
  if (missing.length === 0) return
  throw new ApplyError(
    `the cluster has no topic ${missing.join(', ')}; create the catalog's with: playstream topics apply`,
  )
}

/**
 * Checks that the broker gives a topic's records their time. Does nothing if the account may not read the topic's settings;
 * readers see the kind of time in the records.
 * @throws ApplyError if the records have their producers' time
 */
export async function requireAppendTime(admin: Admin, name: string): Promise<void> {
  const entries = await describe(admin, [name]).catch((error: Error) => {
    if (/AUTHORIZATION_FAILED/.test((error as { type?: string }).type ?? '')) return new Map<string, never>()
    throw error
  })
  const type = entries.get(name)?.find(({ configName }) => configName === TIMESTAMP_TYPE)?.configValue
  if (type === undefined || type === 'LogAppendTime') return
  throw new ApplyError(
    `topic ${name} has ${TIMESTAMP_TYPE}=${type}, so producers' clocks would say when an id is forgotten; it needs LogAppendTime: ` +
      'set it with: playstream topics apply',
  )
}

/**
 * Makes one change, and returns when it is in force.
 * @throws ApplyError with the broker's reason if the broker refuses
 */
export async function applyTopicChange(admin: Admin, change: TopicChange): Promise<void> {
  try {
    await make(admin, change)
  } catch (error) {
    if (error instanceof ApplyError) throw error
    const name = change.kind === 'delete' ? change.name : change.topic.name
    throw new ApplyError(`cannot ${change.kind} topic ${name}: ${firstCause(error as Error)}`, {
      cause: error,
    })
  }
}

/**
 * Makes several changes. New topics are created in one request, because single requests for a whole catalog take seconds.
 * @throws ApplyError that names the topic if the broker refuses one
 */
export async function applyTopicChanges(admin: Admin, changes: readonly TopicChange[]): Promise<void> {
  const created = changes.flatMap((change) => (change.kind === 'create' ? [newTopic(change.topic)] : []))
  const isCreated = await createTopics(admin, created).then(
    () => true,
    // Create them one by one, so that the broker's reason belongs to a topic. A topic that exists by now is not an error.
    () => false,
  )
  for (const change of changes) {
    if (change.kind !== 'create' || !isCreated) await applyTopicChange(admin, change)
  }
}

async function make(admin: Admin, change: TopicChange): Promise<void> {
  switch (change.kind) {
    case 'create':
      return createTopics(admin, [newTopic(change.topic)])
    case 'grow':
      await admin.createPartitions({
        topicPartitions: [{ topic: change.topic.name, count: change.topic.partitions }],
      })
      return
    case 'configure':
      return configure(admin, change.topic)
    case 'delete':
      return admin.deleteTopics({ topics: [change.name] })
    case 'refuse':
      throw new ApplyError(`topic ${change.topic.name} is left as it is: ${change.reason}`)
  }
}

/** The request to create a topic, with the cluster's default replication: 1 on a laptop, 3 in the cloud. */
function newTopic(topic: Topic): ITopicConfig {
  const configEntries = Object.entries(topicConfig(topic)).map(([name, value]) => ({ name, value }))
  return { topic: topic.name, numPartitions: topic.partitions, replicationFactor: -1, configEntries }
}

/**
 * Creates missing topics, and returns when every partition of every topic has a leader and so can be written.
 * @throws ApplyError if a partition gets no leader in time; kafkajs's error if the broker refuses
 */
export async function createTopics(admin: Admin, topics: readonly ITopicConfig[]): Promise<void> {
  if (topics.length === 0) return
  // kafkajs's own wait fails if a broker does not know the topic yet.
  await admin.createTopics({ topics: [...topics], waitForLeaders: false })
  await pRetry(() => requireLeaders(admin, topics), {
    ...UNTIL_DONE,
    shouldRetry: ({ error }) =>
      error instanceof ApplyError || Boolean((error as { retriable?: boolean }).retriable),
  })
}

async function requireLeaders(admin: Admin, wanted: readonly ITopicConfig[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: wanted.map(({ topic }) => topic) })
  const found = new Map(topics.map(({ name, partitions }) => [name, partitions]))
  for (const { topic, numPartitions } of wanted) {
    const partitions = found.get(topic) ?? []
    const isReady =
      partitions.length > 0 &&
      partitions.length === (numPartitions ?? partitions.length) &&
      partitions.every(({ leader }) => leader >= 0)
    if (!isReady) throw new ApplyError(`topic ${topic} was created but has no leaders yet`)
  }
}

/**
 * Gives a topic the catalog's settings, and returns when they are in force, which is after the broker's answer. AlterConfigs
 * replaces all of a topic's settings, so the request includes settings that others made.
 */
async function configure(admin: Admin, topic: Topic): Promise<void> {
  const present = (await describe(admin, [topic.name])).get(topic.name) ?? []
  const kept = present.filter((entry) => entry.configSource === SET_ON_THE_TOPIC && !entry.readOnly)
  const merged = {
    ...Object.fromEntries(kept.map((entry) => [entry.configName, entry.configValue])),
    ...topicConfig(topic),
  }
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: ConfigResourceTypes.TOPIC,
        name: topic.name,
        configEntries: Object.entries(merged).map(([name, value]) => ({ name, value })),
      },
    ],
  })
  await untilConfigured(admin, topic.name, topicConfig(topic))
}

/**
 * Waits until a topic's new settings are in force.
 * @throws ApplyError if that takes more than 15 s
 */
export function untilConfigured(
  admin: Admin,
  name: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const requireSettings = async () => {
    const entries = (await describe(admin, [name])).get(name) ?? []
    const now = new Map(entries.map((entry) => [entry.configName, entry.configValue]))
    const waiting = Object.keys(settings).filter((key) => now.get(key) !== settings[key])
    if (waiting.length > 0)
      throw new ApplyError(`topic ${name} took ${waiting.join(', ')}, but still has the old value`)
  }
  return pRetry(requireSettings, {
    ...UNTIL_DONE,
    shouldRetry: ({ error }) => error instanceof ApplyError,
  })
}

async function describe(admin: Admin, names: readonly string[]) {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
  })
  return new Map(resources.map((resource) => [resource.resourceName, resource.configEntries]))
}

function firstCause(error: Error): string {
  const inner = (error as { errors?: Error[] }).errors?.[0]
  return (inner ?? error).message
}
