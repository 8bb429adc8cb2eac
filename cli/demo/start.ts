import type { Command } from 'commander'
import { type Account, PROVISIONER } from '../../catalog/applications.ts'
import { type DemoOptions, runDemo } from '../../demo/demo.ts'
import type { Reconciliation } from '../../demo/reconciliation.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { startOrFind } from '../../local/control.ts'
import { LocalRuntimeError } from '../../local/errors.ts'
import { Home } from '../../local/home.ts'
import { DEFAULT_PORT_BASE } from '../../local/process/ports.ts'
import type { Runtime } from '../../local/runtime.ts'
import { drawSeed } from '../../producers/random.ts'
import { apply } from '../../sql/apply/apply.ts'
import { ENGINES } from '../../sql/engines.ts'
import { duration, portBase, positiveInteger, rate, seed } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { profileNameOf, profileOf } from '../options/profile-option.ts'
import { holding } from '../sql/sql-target.ts'
import { stepLine } from '../sql/sql-view.ts'
import { EXIT } from '../terminal/exit.ts'
import { grouped, print, printJson, say } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { LiveView } from './live-view.ts'

interface Options {
  for?: number
  players: number
  rate: number
  transactionRate: number
  logRate: number
  seed?: number
  portBase: number
  sql?: 'flink'
  json?: true
}

export function startCommand(program: Command): void {
  const command = program
    .command('start')
    .description(
      'the demo: the runtime, the catalog, game events, purchases, logs, and a final reconciliation; npm start',
    )
    .option('--for <time>', 'stop after this time and reconcile the counts; otherwise Ctrl-C does', duration)
    .option('--players <n>', 'how many players', positiveInteger, 100)
    .option('--rate <n>', "game events a second, or 'max'", rate, 5_000)
    .option('--transaction-rate <n>', "transactions a second, or 'max'", rate, 500)
    .option('--log-rate <n>', 'lines a second of the hosts’ logs', rate, 200)
    .option('--seed <n>', 'the same seed gives the same players and purchases', seed)
    .option(
      '--port-base <port>',
      'where the local runtime listens, where it is not running yet',
      portBase,
      DEFAULT_PORT_BASE,
    )
    .option('--sql <engine>', 'de-duplicate in SQL, on flink, instead of in Node', choice('flink'))
    .option('--json', 'print the reconciliation as one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  npm start\n  npm start -- --for 30s --json\n  npm start -- --sql flink\n  playstream --profile cloud start --for 1m',
    )
  command.action((options: Options) => start(command, options))
}

async function start(command: Command, options: Options): Promise<void> {
  // What is said while the view is shown must not land in the middle of it.
  let view: LiveView | undefined
  const tell = (line: string) => (view ? view.note(line) : say(line))
  const stop = shutdownSignal(tell)
  const play = async (profileFor: (account: Account) => Profile) => {
    view = new LiveView(profileFor(PROVISIONER).bootstrapServers.join(','))
    try {
      const startSql = options.sql && (() => applySql(command, stop, tell))
      return await runDemo(profileFor, {
        ...demoOptions(options, stop, tell, view),
        ...(startSql ? { startSql } : {}),
      })
    } finally {
      view.end()
      view = undefined
    }
  }
  if (profileNameOf(command) !== 'local') {
    report(await play((account) => profileOf(command, account)), options)
    return
  }
  const { own, profile } = await startOrFind(Home.default(), {
    portBase: options.portBase,
    flink: options.sql === 'flink',
    progress: tell,
    signal: stop,
  })
  try {
    const playing = play(() => profile)
    report(await (own ? whileRunning(own, playing) : playing), options)
  } finally {
    await own?.stop()
  }
}

/** Makes Flink what the scripts say; what runs already goes on. */
async function applySql(command: Command, signal: AbortSignal, tell: (line: string) => void): Promise<void> {
  const objects = ENGINES.flink.objects('sliding')
  tell('applying the scripts to Flink ...')
  await holding(command, { engine: 'flink' }, (target) =>
    apply(objects, target, { replace: false, signal, onStep: (step) => tell(stepLine(step)) }),
  )
}

/** The work's result, unless a service ends under it. */
async function whileRunning<T>(runtime: Runtime, work: Promise<T>): Promise<T> {
  const crash = runtime.crashed.then((report) => {
    throw new LocalRuntimeError('SERVICE_ENDED', report)
  })
  work.catch(() => undefined)
  return await Promise.race([work, crash])
}

function demoOptions(
  options: Options,
  signal: AbortSignal,
  tell: (line: string) => void,
  view: LiveView,
): DemoOptions {
  return {
    players: options.players,
    gameRate: options.rate,
    transactionRate: options.transactionRate,
    logRate: options.logRate,
    durationMs: options.for ?? Number.POSITIVE_INFINITY,
    seed: options.seed ?? drawSeed(),
    signal,
    say: tell,
    view: (state) => view.update(state),
  }
}

function report(reconciliation: Reconciliation, options: Options): void {
  if (!reconciliation.ok) process.exitCode = EXIT.failed
  if (options.json) {
    printJson(reconciliation)
    return
  }
  const { produced, consumed, dedup, logs, ssh } = reconciliation
  print(
    `produced   ${grouped(produced.gameEvents)} game events, ${grouped(produced.transactions)} transactions`,
  )
  print(
    `           ${grouped(produced.uniqueTransactions)} unique, ${grouped(produced.duplicateTransactions)} duplicates, ${grouped(produced.malformedTransactions)} malformed`,
  )
  print(
    `consumed   ${grouped(consumed.gameEvents)} game events of ${consumed.playersSeen} players, ${consumed.orderViolations} out of order`,
  )
  print(
    `dedup      ${grouped(dedup.passed)} passed, ${grouped(dedup.suppressed)} suppressed, ${grouped(dedup.deadLettered)} dead letters; ${dedup.missing} missing, ${dedup.leaked} leaked`,
  )
  print(`logs       ${grouped(logs.lines)} lines, ${grouped(logs.shipped)} shipped, ${logs.lost} lost`)
  print(
    `ssh        ${ssh.planted} attacks planted, ${ssh.detected} detected, ${ssh.missed} missed, ${ssh.falseAlarms} false alarms`,
  )
  print(
    reconciliation.ok
      ? 'ok         all counts reconcile'
      : `NOT OK     ${reconciliation.problems.join('; ')}`,
  )
}
