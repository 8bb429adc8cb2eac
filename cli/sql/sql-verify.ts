import { randomBytes } from 'node:crypto'
import { type Command, InvalidArgumentError } from 'commander'
import { PROVISIONER } from '../../catalog/applications.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { cleanUp } from '../../sql/conformance/clean-up.ts'
import { type RunPlace, runPlace } from '../../sql/conformance/run-place.ts'
import { verify } from '../../sql/conformance/verify.ts'
import { ENGINES, type EngineKind } from '../../sql/engines.ts'
import { RETENTIONS, type Retention } from '../../sql/retention.ts'
import { seed } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { durationOption } from '../options/duration-option.ts'
import { profileOf } from '../options/profile-option.ts'
import { EXIT } from '../terminal/exit.ts'
import { say } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { type EngineOptions, engineOf } from './sql-target.ts'
import { type Run, verificationData, verificationText } from './sql-verify-view.ts'

/** How long to wait for late output: several commit intervals of an engine. */
const SETTLE_MS = 3_000

interface Options extends EngineOptions {
  retention?: Retention
  seed: number
  timeout: number
  keep?: true
  cleanUp?: string
  json?: true
}

export function addVerify(command: Command): void {
  command
    .description(
      'test the scripts on their own topics: send known input and compare the output; exit 3 if it differs',
    )
    .option(
      '--retention <kind>',
      `test only this retention: ${RETENTIONS.join(', ')} (default: all)`,
      choice(...RETENTIONS),
    )
    .option('--seed <n>', 'the seed that generates the input', seed, 7)
    .addOption(
      durationOption('--timeout <time>', 'how long to wait for the output of each wave of input', 300_000),
    )
    .option('--keep', 'keep the topics, streams and tables for inspection')
    .option('--clean-up <run>', 'only delete what this earlier run has left', runName)
    .option('--json', 'print the result as JSON, with every difference')
    .addHelpText(
      'after',
      `
The first Ctrl-C cleans up and stops. A second Ctrl-C stops at once; delete the rest with
--clean-up.

Examples:
  playstream sql verify --engine ksqldb --url http://127.0.0.1:8088
  playstream sql verify --retention forever --keep
  playstream sql verify --clean-up 1f0c9a`,
    )
    .action((options: Options) => runVerify(command, options))
}

async function runVerify(command: Command, options: Options): Promise<void> {
  const signal = shutdownSignal(say)
  const { objects, conformance, retentions }: EngineKind = ENGINES[options.engine]
  const profile = profileOf(command, PROVISIONER)
  const engine = await engineOf(command, options)
  const admin = await connectAdmin(profile, PROVISIONER)
  try {
    if (options.cleanUp !== undefined) {
      const place = runPlace(options.cleanUp)
      const all = retentions.flatMap((retention) => objects(retention, place))
      await cleanUp({ engine, admin, registry: new Registry(profile), place, objects: all })
      print(`nothing is left of run ${place.run}`)
      return
    }
    const runs: Run[] = []
    for (const retention of options.retention ? [options.retention] : retentions) {
      const place: RunPlace = runPlace(randomBytes(3).toString('hex'))
      say(`${retention}: run ${place.run} starts`)
      const verification = await verify({
        engine,
        objects: objects(retention, place),
        place,
        conformance,
        retention,
        profile,
        admin,
        application: PROVISIONER,
        seed: options.seed,
        now: Date.now(),
        keep: options.keep ?? false,
        signal,
        patienceMs: options.timeout,
        settleMs: SETTLE_MS,
        onWave: (number) => say(`${retention}: wave ${number} sent`),
        onWarning: (line) => say(`warning: ${line}`),
      })
      const run = { run: place.run, retention, ...verification }
      runs.push(run)
      if (!options.json) print(verificationText(run))
      if (options.keep)
        say(`everything is kept; delete it with: playstream sql verify --clean-up ${place.run}`)
    }
    if (options.json) printJson({ engine: engine.id, runs: runs.map(verificationData) })
    if (!runs.every((run) => verificationData(run).equal)) process.exitCode = EXIT.differs
  } finally {
    await admin.disconnect()
  }
}

function runName(text: string): string {
  if (/^[0-9a-f]{6}$/.test(text)) return text
  throw new InvalidArgumentError('It must be the name of a run: six hexadecimal digits like 1f0c9a.')
}
