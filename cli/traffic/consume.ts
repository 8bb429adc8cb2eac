import type { Command } from 'commander'
import type { KafkaMessage } from 'kafkajs'
import type { Application } from '../../catalog/applications.ts'
import type { Topic } from '../../catalog/topic.ts'
import { topicNamed, topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { beginningOffsets, type Offsets, stableOffsets } from '../../kafka/clients/offsets.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import { PayloadError } from '../../kafka/errors.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import { jsonDecoder } from '../../kafka/registry/json-decoder.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { windowKey } from '../../kafka/registry/window-key.ts'
import { positiveInteger } from '../options/arguments.ts'
import { profileOf } from '../options/profile-option.ts'
import { say, warn } from '../terminal/log.ts'
import { flush, print } from '../terminal/output.ts'
import { bytesText, escapedJson, printable } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { timeText } from '../terminal/time-text.ts'
import { headerTexts } from './header-texts.ts'

interface Options {
  follow?: true
  limit?: number
  json?: true
}

export function consumeCommand(program: Command): void {
  const command = program
    .command('consume')
    .argument('<topic>', `a topic of the catalog: ${topics.map(({ name }) => name).join(', ')}`)
    .description('print the decoded records of a topic, without leaving a consumer group on the cluster')
    .option('--follow', 'print new records until Ctrl-C (default: print the existing records and exit)')
    .option('--limit <n>', 'stop after n records', positiveInteger)
    .option('--json', 'print one JSON object per record')
    .addHelpText(
      'after',
      '\nExamples:\n  playstream consume game-events --limit 5\n  playstream consume transactions --follow --json',
    )
  command.action((name: string, options: Options) => {
    if (!topics.some((topic) => topic.name === name)) {
      command.error(`unknown topic '${name}'; playstream topics list shows the topics of the catalog`)
    }
    const topic = topicNamed(name)
    const reader = readerOf(topic)
    return consume(profileOf(command, reader), reader, topic, options)
  })
}

/** The application as which a topic is read: the dashboard if the catalog allows it, otherwise another reader. */
function readerOf({ name, readers }: Topic): Application {
  const reader = readers.find((candidate) => candidate === 'dashboard') ?? readers[0]
  if (reader) return reader
  throw new Error(
    `the topic '${name}' has no readers in the catalog; declare them in catalog/declared-topics.ts`,
  )
}

async function consume(
  profile: Profile,
  application: Application,
  topic: Topic,
  options: Options,
): Promise<void> {
  const stop = shutdownSignal(say)
  const { from, to } = await range(profile, application, topic, options)
  const decode = jsonDecoder(topic, new Registry(profile))
  const enough = new AbortController()
  let left = options.limit ?? Number.POSITIVE_INFINITY
  let unreadable = 0
  const reader = await Reader.start(profile, {
    application,
    topic: topic.name,
    from,
    warn,
    onBatch: async (partition, messages) => {
      const values = await decode(messages.map(({ value }) => value))
      for (const [index, message] of messages.entries()) {
        if (left === 0 || (to && Number(message.offset) >= (to.get(partition) ?? 0))) break
        left -= 1
        const value = values[index] as string | PayloadError
        if (value instanceof PayloadError) unreadable += 1
        print(
          options.json
            ? jsonLine(topic, partition, message, value)
            : textLine(topic, partition, message, value),
        )
      }
      await flush()
      if (left === 0) enough.abort()
    },
  })
  try {
    const end = AbortSignal.any([stop, enough.signal])
    await reader.reach(to ?? endless(from), end).catch((error) => {
      if (!end.aborted) throw error
    })
  } finally {
    await reader.close()
  }
  if (unreadable > 0) say(`${unreadable} records could not be decoded`)
}

/** The offsets to read: all existing records, or from the end on to follow the topic. */
async function range(
  profile: Profile,
  application: Application,
  topic: Topic,
  options: Options,
): Promise<{ from: Offsets; to?: Offsets }> {
  const admin = await connectAdmin(profile, application)
  try {
    await requireTopics(admin, [topic.name])
    const to = await stableOffsets(admin, topic.name)
    return options.follow ? { from: to } : { from: await beginningOffsets(admin, topic.name), to }
  } finally {
    await admin.disconnect()
  }
}

function endless(from: Offsets): Offsets {
  return new Map([...from.keys()].map((partition) => [partition, Number.POSITIVE_INFINITY]))
}

function textLine(
  topic: Topic,
  partition: number,
  message: KafkaMessage,
  value: string | PayloadError,
): string {
  const { offset, key, timestamp } = message
  const content = value instanceof PayloadError ? problem(value) : value
  return `${partition}/${offset}  ${timeText(Number(timestamp))}  ${printable(key ? keyText(topic, key) : '-')}  ${printable(content)}`
}

/** A record as JSON. The value is inserted as it is, because parsing it could change large numbers. */
function jsonLine(
  topic: Topic,
  partition: number,
  message: KafkaMessage,
  value: string | PayloadError,
): string {
  const { key, headers } = message
  const record = {
    partition,
    offset: Number(message.offset),
    timestamp: timeText(Number(message.timestamp)),
    key: key && keyText(topic, key),
    headers: headerTexts(headers),
    ...(value instanceof PayloadError ? { error: problem(value) } : {}),
  }
  const json = JSON.stringify(record)
  return escapedJson(value instanceof PayloadError ? json : `${json.slice(0, -1)},"value":${value}}`)
}

/** The key as text, followed by the window that ksqlDB appends to it. */
function keyText(topic: Topic, bytes: Buffer): string {
  const { key, window } = windowKey(topic, bytes)
  return `${bytesText(key)}${window}`
}

function problem({ code, message }: PayloadError): string {
  return `${code}: ${message}`
}
