import type { Command } from 'commander'
import { REPLAYER, replayGroup } from '../../catalog/groups.ts'
import { isOf, type Outcome, REPLAY_CHUNK, replay } from '../../kafka/dead-letters/dead-letter-replay.ts'
import {
  Causes,
  type DeadLetterTopic,
  type Range,
  readLetters,
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
import { DLQ_TOPIC_CHOICES, dlqTopic, ranges } from './dlq-topic.ts'

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
  const command = parent
    .command('replay')
    .argument('<topic>', DLQ_TOPIC_CHOICES)
    .description('write the letters back, unchanged, to the topic and partition that they came from')
    .option('--limit <n>', 'only the first n of those that wait', positiveInteger)
    .option('--error <code>', 'with --dry-run only: count those of this error')
    .option('--dry-run', 'only say what would be written back')
    .option('--yes', 'do not ask')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', REPLAY_HELP)
  command.action((name: string, options: Options) => runReplay(command, dlqTopic(command, name), options))
}

const REPLAY_HELP = `
What is written back is what came after the last replay, up to where the dead-letter topic ends when it begins: a letter
that fails again is a new letter and waits for the next one. A consumer group, as dlq-replay-transactions, holds up to
where that is. Letters are replayed in their order, so --limit takes the first n, and there is no choosing by error: what
was passed over would never be replayed. Each is marked by the header dead-letter-replay: <partition>/<offset> of the letter.

A letter that is a reference, because the record did not fit, is written back as the record itself, where its topic still
holds that and its SHA-256 is the letter's; else the letter is named, stays where it is, and the exit code is 1.

It is at least once. The first Ctrl-C waits until what is under way is recorded, and doubles nothing; a second one, a
kill -9 or a lost broker may make the next replay write up to ${REPLAY_CHUNK} letters again. The letters themselves stay until their
retention ends. A broker forgets the offset of a group that is unused for a time (offsets.retention.minutes, 7 days by
default); the next replay then begins with the oldest letter, and says so before it asks.

Examples:
  playstream dlq replay transactions --dry-run
  playstream dlq replay transactions-dlq --limit 10
  playstream dlq replay transactions --yes --json`

async function runReplay(command: Command, topic: DeadLetterTopic, options: Options): Promise<void> {
  if (options.error !== undefined && !options.dryRun) {
    command.error('replay takes the letters in their order: --error goes with --dry-run only (see --help)')
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
    ? `replayed up to here before, says the group ${replayGroup(topic.of)}`
    : `no replay is on record in the group ${replayGroup(topic.of)}: from the oldest letter on`
  say(`${topic.name}: ${deadLetterCount(own)} to write back to ${topic.of} (${record})`)
  if (foreign > 0)
    say(`${deadLetterCount(foreign)} passed over: their headers do not say that they come from ${topic.of}`)
  const places = { topic: topic.name, of: topic.of }
  if (options.dryRun) {
    if (options.json)
      printJson({ ...places, dryRun: true, waiting: own, foreign, causes: causesJson(causes) })
    else {
      if (options.error !== undefined)
        print(`${deadLetterCount(causes.total)} of them: ${printable(options.error)}`)
      if (causes.total > 0) print(causesTable(causes))
    }
    return
  }
  if (own > 0) {
    const agreed = options.yes ?? (await confirm(`Write ${deadLetterCount(own)} back to ${topic.of}?`))
    if (agreed === undefined) {
      command.error('replay writes to a topic and there is no terminal to ask: add --yes')
    }
    if (!agreed) {
      say('nothing was written')
      process.exitCode = EXIT.failed
      return
    }
  }
  // Also with nothing but letters to pass over: the group's offset passes them.
  const done = own + foreign > 0 ? await writeBack(profile, topic, waiting, limit, own, signal) : NOTHING
  const stopped = signal.aborted && done.replayed < own
  if (done.emptied > 0) {
    say(
      `${deadLetterCount(done.emptied)} had a header without a value, which kafkajs cannot write: it is empty now`,
    )
  }
  if (done.gone !== undefined) {
    say(
      `${deadLetterCount(done.gone)} refer to records that ${topic.of} does not hold as they were: not written back`,
    )
    process.exitCode = EXIT.failed
  }
  if (options.json) printJson({ ...places, ...done, stopped })
  else print(`${deadLetterCount(done.replayed)} written back to ${topic.of}`)
  if (!stopped) return
  say(`stopped: the next replay goes on with the other ${grouped(own - done.replayed)}`)
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

/** Counts what a replay of at most `limit` letters would write back and pass over; the causes are those of `error`. */
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
  await readLetters(profile, topic, range, {
    signal,
    warn,
    onLetters: (found) => {
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
  return count === 1 ? '1 letter' : `${grouped(count)} letters`
}
