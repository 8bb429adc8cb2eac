import type { Command } from 'commander'
import { REPLAYER, replayGroup } from '../../catalog/groups.ts'
import { isOf, type Outcome, REPLAY_CHUNK, replay } from '../../kafka/dead-letters/dead-letter-replay.ts'
import {
  Causes,
  type DeadLetterTopic,
  type Range,
  readDeadLetters,
} from '../../kafka/dead-letters/dead-letters.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { positiveInteger } from '../options/arguments.ts'
import { profileOf } from '../options/profile-option.ts'
import { confirm } from '../terminal/confirm.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, warn } from '../terminal/log.ts'
import { grouped, print, printJson } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { causesJson, causesTable } from './dead-letter-view.ts'
import { dlqTopic, ranges, topicCommand } from './dlq-topic.ts'

const LINE_MS = 5_000
const NOTHING: Outcome = { replayed: 0, foreign: 0, emptied: 0 }

interface Options {
  limit?: number
  error?: string
  dryRun?: true
  yes?: true
  json?: true
}

export function dlqReplayCommand(parent: Command): void {
  const command = topicCommand(parent, 'replay')
    .description('write dead letters back, unchanged, to the topic and partition that they came from')
    .option('--limit <n>', 'replay at most n dead letters', positiveInteger)
    .option('--error <code>', 'count only this error, such as NO_ID; only with --dry-run')
    .option('--dry-run', 'print what would be written back, without writing')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', REPLAY_HELP)
  command.action((name: string, options: Options) => runReplay(command, dlqTopic(command, name), options))
}

const REPLAY_HELP = `
A replay covers the dead letters that exist when it begins and were not replayed before. A record
that fails again becomes a new dead letter, which waits for the next replay. The offsets of a
consumer group, such as dlq-replay-transactions, record the progress. Dead letters are replayed in
order and cannot be selected by error, because a skipped dead letter would never be replayed. Each
replayed record has the header dead-letter-replay: <partition>/<offset>, the position of its dead
letter.

A record that was too large for the dead-letter topic is there only as a reference. A replay then
copies the original record, provided that its topic still has it with the same SHA-256. Otherwise
the replay reports the dead letter, and exits with 1.

Replay is at-least-once. The first Ctrl-C finishes and records the writes in progress, without
duplicates. A second Ctrl-C, kill -9 or a lost broker may cause the next replay to write up to ${REPLAY_CHUNK}
records again. The dead letters themselves remain in their topic until its retention ends. A broker
forgets the offsets of an unused group (offsets.retention.minutes, 7 days by default); the next
replay then starts with the oldest dead letter, and says so before it asks.

Examples:
  playstream dlq replay transactions --dry-run
  playstream dlq replay transactions-dlq --limit 10
  playstream dlq replay transactions --yes --json`

async function runReplay(command: Command, topic: DeadLetterTopic, options: Options): Promise<void> {
  if (options.error !== undefined && !options.dryRun) {
    command.error('replay cannot select by error: use --error only with --dry-run (see --help)')
  }
  const profile = profileOf(command, REPLAYER)
  const signal = shutdownSignal(say)
  const limit = options.limit ?? Number.POSITIVE_INFINITY
  const { waiting } = await ranges(profile, topic)
  const { own, foreign, causes } = await survey(profile, topic, waiting, limit, options.error, signal)
  if (signal.aborted) {
    process.exitCode = EXIT.stopped
    return
  }
  const record = waiting.recorded
    ? `the group ${replayGroup(topic.of)} records the earlier replays`
    : `no replay is on record in the group ${replayGroup(topic.of)}, so this one starts with the oldest`
  say(`${topic.name}: ${deadLetterCount(own)} to write back to ${topic.of} (${record})`)
  if (foreign > 0)
    say(`${deadLetterCount(foreign)} skipped: their headers do not name ${topic.of} as their origin`)
  const places = { topic: topic.name, of: topic.of }
  if (options.dryRun) {
    if (options.json)
      printJson({ ...places, dryRun: true, waiting: own, foreign, causes: causesJson(causes) })
    else {
      if (options.error !== undefined)
        print(`${deadLetterCount(causes.total)} with the error ${printable(options.error)}`)
      if (causes.total > 0) print(causesTable(causes))
    }
    return
  }
  if (own > 0) {
    const agreed = options.yes ?? (await confirm(`Write ${deadLetterCount(own)} back to ${topic.of}?`))
    if (agreed === undefined) {
      command.error('replay writes to a topic, and there is no terminal to ask for confirmation: add --yes')
    }
    if (!agreed) {
      say('nothing was written')
      process.exitCode = EXIT.failed
      return
    }
  }
  // Skipped dead letters count too, so that the offsets of the group move past them.
  const done = own + foreign > 0 ? await writeBack(profile, topic, waiting, limit, own, signal) : NOTHING
  const stopped = signal.aborted && done.replayed < own
  if (done.emptied > 0) {
    say(
      `${deadLetterCount(done.emptied)} had a header without a value, which is written back as an empty header: kafkajs cannot write a null`,
    )
  }
  if (done.gone !== undefined) {
    say(
      `${deadLetterCount(done.gone)} not written back: ${topic.of} no longer has the original records unchanged`,
    )
    process.exitCode = EXIT.failed
  }
  if (options.json) printJson({ ...places, ...done, stopped })
  else print(`${deadLetterCount(done.replayed)} written back to ${topic.of}`)
  if (!stopped) return
  say(`stopped: the next replay continues with the other ${grouped(own - done.replayed)}`)
  process.exitCode = EXIT.stopped
}

async function writeBack(
  profile: Profile,
  topic: DeadLetterTopic,
  { to }: Range,
  limit: number,
  own: number,
  signal: AbortSignal,
): Promise<Outcome> {
  let done = NOTHING
  const line = () => `${grouped(done.replayed)} of ${deadLetterCount(own)} written back and recorded`
  const timer = setInterval(() => say(line()), LINE_MS)
  const onProgress = (outcome: Outcome) => {
    done = outcome
  }
  try {
    return await replay(profile, topic, { to, limit, signal, warn, onProgress })
  } catch (error) {
    say(line())
    throw error
  } finally {
    clearInterval(timer)
  }
}

/**
 * Counts what a replay of at most `limit` dead letters would write back (`own`) and skip (`foreign`), and the causes with this
 * error, or all causes when `error` is undefined.
 */
async function survey(
  profile: Profile,
  topic: DeadLetterTopic,
  range: Range,
  limit: number,
  error: string | undefined,
  signal: AbortSignal,
) {
  const causes = new Causes()
  let own = 0
  let foreign = 0
  await readDeadLetters(profile, topic, range, {
    signal,
    warn,
    onDeadLetters: (found) => {
      for (const letter of found) {
        if (own + foreign === limit) return false
        if (!isOf(topic, letter)) foreign += 1
        else {
          own += 1
          if (error === undefined || letter.error === error) causes.add(letter)
        }
      }
      return own + foreign < limit
    },
  })
  return { own, foreign, causes }
}

function deadLetterCount(count: number): string {
  return count === 1 ? '1 dead letter' : `${grouped(count)} dead letters`
}
