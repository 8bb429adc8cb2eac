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
import { print, printJson, say } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { type EngineOptions, engineOf } from './sql-target.ts'
import { type Run, verificationData, verificationText } from './sql-verify-view.ts'

/** Several commits of an engine: what is still on its way is there by then. */
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
      'put a known input through the scripts, on topics of their own, and compare; exit 3 where they differ',
    )
    .option(
      '--retention <kind>',
      `only this one of ${RETENTIONS.join(', ')}; all of them by default`,
      choice(...RETENTIONS),
    )
    .option('--seed <n>', 'which input', seed, 7)
    .addOption(durationOption('--timeout <duration>', 'how long each of the input’s waves may take', 300_000))
    .option('--keep', 'leave topics, streams and tables there, to look at')
    .option('--clean-up <run>', 'only take away what a run has left', runName)
    .option('--json', 'print the outcome as JSON, with every difference')
    .addHelpText(
      'after',
      `
Ctrl-C cleans up too; a second one leaves what is there to --clean-up.

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
      print(`run ${place.run} has left nothing`)
      return
    }
    const runs: Run[] = []
    for (const retention of options.retention ? [options.retention] : retentions) {
      const place: RunPlace = runPlace(randomBytes(3).toString('hex'))
      say(`${retention}: run ${place.run} begins`)
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
        onWave: (number) => say(`${retention}: wave ${number} is sent`),
        onWarning: (line) => say(`warning: ${line}`),
      })
      const run = { run: place.run, retention, ...verification }
      runs.push(run)
      if (!options.json) print(verificationText(run))
      if (options.keep)
        say(`all of it is still there; take it away with: playstream sql verify --clean-up ${place.run}`)
    }
    if (options.json) printJson({ engine: engine.id, runs: runs.map(verificationData) })
    if (!runs.every((run) => verificationData(run).equal)) process.exitCode = EXIT.differs
  } finally {
    await admin.disconnect()
  }
}

function runName(text: string): string {
  if (/^[0-9a-f]{6}$/.test(text)) return text
  throw new InvalidArgumentError('It must be a run’s name: six digits of 0-9 and a-f.')
}
