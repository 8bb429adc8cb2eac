import type { Command } from 'commander'
import type { KafkaMessage } from 'kafkajs'
import type { Application } from '../../catalog/applications.ts'
import type { Topic } from '../../catalog/topic.ts'
import { topicNamed, topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { endOffsets, type Offsets, startOffsets } from '../../kafka/clients/offsets.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import { PayloadError } from '../../kafka/errors.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import { jsonDecoder } from '../../kafka/registry/json-decoder.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { windowKey } from '../../kafka/registry/window-key.ts'
import { positiveInteger } from '../options/arguments.ts'
import { profileOf } from '../options/profile-option.ts'
import { flushed, print, say } from '../terminal/output.ts'
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
    .argument('<topic>', `one of the catalog’s: ${topics.map(({ name }) => name).join(', ')}`)
    .description('print a topic’s records, decoded as the catalog says; leaves no trace on the cluster')
    .option('--follow', 'only what comes from now on, until Ctrl-C; otherwise all that is there')
    .option('--limit <n>', 'stop after so many records', positiveInteger)
    .option('--json', 'one JSON object for each record')
    .addHelpText(
      'after',
      '\nExamples:\n  playstream consume game-events --limit 5\n  playstream consume transactions --follow --json',
    )
  command.action((name: string, options: Options) => {
    if (!topics.some((topic) => topic.name === name)) {
      command.error(`'${name}' is no topic of the catalog; see: playstream topics list`)
    }
    const topic = topicNamed(name)
    const reader = readerOf(topic)
    return consume(profileOf(command, reader), reader, topic, options)
  })
}

/** As whom a topic is looked at: one of those that the catalog lets read it. */
function readerOf({ name, readers }: Topic): Application {
  const reader = readers.find((candidate) => candidate === 'dashboard') ?? readers[0]
  if (reader) return reader
  throw new Error(`the catalog lets nobody read '${name}'; declare its readers in catalog/declared-topics.ts`)
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
    warn: say,
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
      await flushed()
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

/** From where to where: all that is there now, or, to follow, from its end on. */
async function range(
  profile: Profile,
  application: Application,
  topic: Topic,
  options: Options,
): Promise<{ from: Offsets; to?: Offsets }> {
  const admin = await connectAdmin(profile, application)
  try {
    await requireTopics(admin, [topic.name])
    const to = await endOffsets(admin, topic.name)
    return options.follow ? { from: to } : { from: await startOffsets(admin, topic.name), to }
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

/** The value goes in as the JSON that it is: parsed once more, a number could become another. */
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

/** The key, with the window that ksqlDB writes behind it in readable form. */
function keyText(topic: Topic, bytes: Buffer): string {
  const { key, window } = windowKey(topic, bytes)
  return `${bytesText(key)}${window}`
}

function problem({ code, message }: PayloadError): string {
  return `${code}: ${message}`
}
