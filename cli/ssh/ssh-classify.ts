import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { Command } from 'commander'
import { lineReader } from '../../observability/formats/line-reader.ts'
import { Utf8Text } from '../../observability/formats/text/utf8-text.ts'
import { localTimeZone, type TimeZone } from '../../observability/formats/time/time-zone.ts'
import { LogClassifier } from '../../observability/ssh/fast-path/log-classifier.ts'
import { MODES, type Mode } from '../../observability/ssh/rules/mode.ts'
import { SshClassifier } from '../../observability/ssh/sessions/classifier.ts'
import { SshTally } from '../../observability/ssh/sessions/tally.ts'
import { instant, year } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { addLineOptions, type LineOptions } from '../options/line-options.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, sayError } from '../terminal/log.ts'
import { writeBytes, writeText } from '../terminal/output.ts'
import { EventJsonBuffer } from './ssh-event-json.ts'
import { eventRow, HEADING, summaryText } from './ssh-event-view.ts'

interface Options extends LineOptions {
  mode: Mode
  year?: number
  referenceTime?: number
  json?: true
  summary?: true
}

const STDIN = '-'
const CHUNK = 2 ** 16

export function sshClassifyCommand(parent: Command): void {
  const command = parent
    .command('classify')
    .argument('[file...]', `log files; ${STDIN} or none means standard input`)
    .description('classify the sshd lines of log files as failure, success or info; needs no cluster')
    .option(
      '--mode <mode>',
      `what counts as a failure, from narrow to wide: ${MODES.join(', ')}`,
      choice(...MODES),
      'normal',
    )
  addLineOptions(command)
    .option(
      '--year <year>',
      'the year of timestamps without one (default: derived from --reference-time)',
      year,
    )
    .option(
      '--reference-time <time>',
      'the latest time that a line can have, in ISO 8601 (default: when the file was last written, or now for standard input)',
      instant,
    )
    .option('--json', 'print one JSON object per sshd line')
    .option('--summary', 'print only the summary')
    .addHelpText(
      'after',
      `
Lines of other programs and unreadable lines are skipped; the summary on standard error counts both.
Lines that a container runtime or collector has wrapped (Docker, CRI, Filebeat, Fluent Bit, Vector,
rsyslog, GELF and others) are unwrapped first. When only a later line of a connection contains the
address of a failure, the first line is 'info' and 'pending', and the later line is the failure.

Examples:
  playstream ssh classify /var/log/auth.log
  journalctl -o json -t sshd -t sshd-session | playstream ssh classify --json --mode aggressive`,
    )
  command.action((files: string[], options: Options) => classify(files, options))
}

async function classify(files: readonly string[], options: Options): Promise<void> {
  const classifier = new SshClassifier(options.mode)
  const tally = new SshTally()
  const tz = options.tz ?? localTimeZone()
  if (!options.json && !options.summary) await writeText(`${HEADING}\n`)
  for (const file of files.length === 0 ? [STDIN] : files) {
    try {
      await classifyFile(file, { ...options, tz }, classifier, tally)
    } catch (error) {
      sayError(`playstream: cannot read ${file}: ${(error as Error).message}`)
      process.exitCode = EXIT.failed
    }
  }
  say(summaryText(tally, options.mode))
}

/**
 * The bytes of a file in chunks, which share one buffer: allocating a buffer takes longer than reading a chunk. Reading is
 * synchronous because the command has nothing else to do meanwhile.
 */
function* chunksOf(file: string): Generator<Buffer> {
  const descriptor = openSync(file, 'r')
  try {
    const buffer = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const count = readSync(descriptor, buffer, 0, CHUNK, null)
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  } finally {
    closeSync(descriptor)
  }
}

async function classifyFile(
  file: string,
  options: Options & { tz: TimeZone },
  classifier: SshClassifier,
  tally: SshTally,
): Promise<void> {
  const { format, tz, json, summary } = options
  const reference = options.referenceTime ?? (file === STDIN ? Date.now() : statSync(file).mtimeMs)
  const read = lineReader(format, {
    zone: tz,
    reference: () => reference,
    ...(options.year === undefined ? {} : { year: options.year }),
  })
  const objects = json && !summary ? new EventJsonBuffer() : undefined
  let rows = ''
  const log = new LogClassifier(classifier, read, (event, readable) => {
    tally.add(event, readable)
    if (!event || summary) return
    if (objects) objects.add(event)
    else rows += eventRow(event)
  })
  const text = new Utf8Text()
  const write = async () => {
    if (objects) await writeBytes(objects.take())
    else if (rows !== '') await writeText(rows)
    rows = ''
  }
  for await (const chunk of file === STDIN ? process.stdin : chunksOf(file)) {
    log.push(text.push(chunk))
    await write()
  }
  log.push(text.end())
  log.end()
  await write()
  tally.cut += log.cut
}
