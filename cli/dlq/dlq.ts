import type { Command } from 'commander'
import { REPLAYER } from '../../catalog/groups.ts'
import {
  Causes,
  type DeadLetterTopic,
  deadLetterTopics,
  readDeadLetters,
} from '../../kafka/dead-letters/dead-letters.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { positiveInteger } from '../options/arguments.ts'
import { group } from '../options/group.ts'
import { profileOf } from '../options/profile-option.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, warn } from '../terminal/log.ts'
import { flush, print, printJson, table } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { causesJson, causesTable, deadLetterJson, deadLetterText } from './dead-letter-view.ts'
import { dlqReplayCommand } from './dlq-replay.ts'
import { dlqTopic, ranges, topicCommand } from './dlq-topic.ts'

interface ShowOptions {
  limit?: number
  error?: string
  json?: true
}

export function dlqCommand(program: Command): void {
  const command = group(program, 'dlq', 'dead letters: records that a processor could not process')
  const list = command
    .command('list')
    .description('count the committed dead letters of each topic, by error')
    .option('--json', 'print the counts as JSON')
    .addHelpText('after', '\nExample:\n  playstream dlq list')
  list.action((options: { json?: true }) => runList(profileOf(list, REPLAYER), options.json ?? false))

  const show = topicCommand(command, 'show')
    .description('print dead letters, oldest first: origin, processor, error, key, value and headers')
    .option('--limit <n>', 'stop after n dead letters', positiveInteger)
    .option('--error <code>', 'only dead letters with this error, such as NOT_JSON')
    .option('--json', 'print one JSON object per dead letter')
    .addHelpText(
      'after',
      '\nExamples:\n  playstream dlq show transactions-dlq --limit 5\n  playstream dlq show transactions --error NO_ID --json',
    )
  show.action((name: string, options: ShowOptions) =>
    runShow(profileOf(show, REPLAYER), dlqTopic(show, name), options),
  )

  dlqReplayCommand(command)
}

async function runList(profile: Profile, json: boolean): Promise<void> {
  const signal = shutdownSignal(say)
  const results: { topic: DeadLetterTopic; causes: Causes; waiting: number }[] = []
  for (const topic of deadLetterTopics) {
    const { all, waiting } = await ranges(profile, topic)
    const causes = new Causes()
    let waits = 0
    await readDeadLetters(profile, topic, all, {
      signal,
      warn,
      onDeadLetters: (letters) => {
        for (const letter of letters) {
          causes.add(letter)
          if (letter.offset >= (waiting.from.get(letter.partition) ?? 0)) waits += 1
        }
        return true
      },
    })
    if (signal.aborted) {
      process.exitCode = EXIT.stopped
      return
    }
    results.push({ topic, causes, waiting: waits })
  }
  if (json) {
    const rows = results.map(({ topic, causes, waiting }) => ({
      topic: topic.name,
      of: topic.of,
      records: causes.total,
      notReplayed: waiting,
      causes: causesJson(causes),
    }))
    printJson(rows)
    return
  }
  const rows = results.map(({ topic, causes, waiting }) => [topic.name, causes.total, waiting] as const)
  print(table([['topic', 'records', 'not replayed'], ...rows]))
  for (const { topic, causes } of results) {
    if (causes.total > 0) print(`\n${topic.name}\n${causesTable(causes)}`)
  }
}

async function runShow(profile: Profile, topic: DeadLetterTopic, options: ShowOptions): Promise<void> {
  const { all } = await ranges(profile, topic)
  let left = options.limit ?? Number.POSITIVE_INFINITY
  await readDeadLetters(profile, topic, all, {
    signal: shutdownSignal(say),
    warn,
    onDeadLetters: async (letters) => {
      for (const letter of letters) {
        if (left === 0) break
        if (options.error !== undefined && letter.error !== options.error) continue
        left -= 1
        if (options.json) printJson(deadLetterJson(letter))
        else print(deadLetterText(letter))
      }
      await flush()
      return left > 0
    },
  })
}
