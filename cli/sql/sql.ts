import type { Command } from 'commander'
import { apply } from '../../sql/apply/apply.ts'
import { drop, planDrop } from '../../sql/apply/drop.ts'
import { plan } from '../../sql/apply/plan.ts'
import { statusOf } from '../../sql/apply/status.ts'
import { ENGINE_NAMES, ENGINES } from '../../sql/engines.ts'
import { SqlError } from '../../sql/errors.ts'
import { RETENTIONS, type Retention } from '../../sql/retention.ts'
import { choice } from '../options/choice.ts'
import { group } from '../options/group.ts'
import { confirm } from '../terminal/confirm.ts'
import { EXIT } from '../terminal/exit.ts'
import { say } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { addQuery } from './sql-query.ts'
import { type EngineOptions, inspectTarget, withTarget } from './sql-target.ts'
import { addVerify } from './sql-verify.ts'
import { dropText, planSummary, statusTable, stepData, stepLine } from './sql-view.ts'

interface Options extends EngineOptions {
  retention: Retention
  json?: true
}

export function sqlCommand(program: Command): void {
  const command = group(program, 'sql', 'the SQL versions of the processors, on ksqlDB or Flink')
  const engineVerb = (name: string) =>
    command
      .command(name)
      .option(
        '--engine <name>',
        `the SQL engine: ${ENGINE_NAMES.join(' or ')}`,
        choice(...ENGINE_NAMES),
        'ksqldb',
      )
      .option('--url <address>', 'the address of the engine (default: from the profile)')
  const scriptVerb = (name: string) =>
    engineVerb(name)
      .option(
        '--retention <kind>',
        'how long an id is remembered: sliding (from its last record), fixed (from its first record; Flink only) or forever',
        choice(...RETENTIONS),
        'sliding',
      )
      .option('--json', 'print the result as JSON')

  scriptVerb('plan')
    .description('show what apply would do; exit 3 if there is anything to do')
    .addHelpText('after', '\nExample:\n  playstream sql plan --engine ksqldb --retention forever')
    .action((options: Options, verb: Command) => runPlan(verb, options))

  scriptVerb('apply')
    .description('apply the scripts to the engine; after an interruption, run it again to continue')
    .option('--replace', 'allow changes that lose the state of a query or the records of a topic')
    .addHelpText(
      'after',
      '\nExamples:\n  playstream sql apply\n  playstream sql apply --retention forever --replace',
    )
    .action((options: Options & { replace?: true }, verb: Command) => runApply(verb, options))

  scriptVerb('status')
    .description('show each object with its version and query; exit 3 unless all are current and running')
    .addHelpText('after', '\nExample:\n  playstream sql status --json')
    .action((options: Options, verb: Command) => runStatus(verb, options))

  engineVerb('drop')
    .description('stop the queries and drop everything that apply created, except topics')
    .option('--delete-topics', 'also delete the topics that the queries wrote, with all their records')
    .option('--keep-state', 'keep the state of the jobs, from which the next apply continues (Flink only)')
    .option('--yes', 'do not ask for confirmation')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExamples:\n  playstream sql drop\n  playstream sql drop --delete-topics --yes')
    .action((options: DropOptions, verb: Command) => runDrop(verb, options))

  addQuery(engineVerb('query'))
  addVerify(engineVerb('verify'))
}

async function runPlan(command: Command, options: Options): Promise<void> {
  const objects = ENGINES[options.engine].objects(options.retention)
  const { engine, deployments } = await inspectTarget(command, options)
  const found = plan(objects, await engine.present(shutdownSignal(say)), deployments.all)
  if (options.json) {
    const { steps, unchanged, loses } = found
    printJson({ engine: engine.id, steps: steps.map(stepData), unchanged: unchanged.length, loses })
  } else {
    for (const step of found.steps) print(stepLine(step))
    print(planSummary(found))
  }
  if (found.steps.length > 0) process.exitCode = EXIT.differs
}

async function runApply(command: Command, options: Options & { replace?: true }): Promise<void> {
  const signal = shutdownSignal(say)
  const objects = ENGINES[options.engine].objects(options.retention)
  const done = await withTarget(command, options, (target) =>
    apply(objects, target, {
      replace: options.replace ?? false,
      signal,
      onStep: (step) => (options.json ? say : print)(stepLine(step)),
      onWarning: ({ name }, warning) => say(`warning: ${name}: ${warning}`),
    }),
  )
  if (options.json) printJson({ applied: done.steps.map(stepData), unchanged: done.unchanged.length })
  else if (done.steps.length === 0) print(planSummary(done))
  else print(`applied: ${done.steps.length} ${done.steps.length === 1 ? 'step' : 'steps'} made`)
}

async function runStatus(command: Command, options: Options): Promise<void> {
  const objects = ENGINES[options.engine].objects(options.retention)
  const { engine, deployments } = await inspectTarget(command, options)
  const all = statusOf(objects, await engine.present(shutdownSignal(say)), deployments.all)
  if (options.json) printJson({ engine: engine.id, objects: all })
  else print(statusTable(all))
  const isWell = all.every(({ state, health }) => state === 'current' && (health ?? 'RUNNING') === 'RUNNING')
  if (!isWell) process.exitCode = EXIT.differs
}

interface DropOptions extends EngineOptions {
  deleteTopics?: true
  keepState?: true
  yes?: true
  json?: true
}

async function runDrop(command: Command, options: DropOptions): Promise<void> {
  const signal = shutdownSignal(say)
  const deleteTopics = options.deleteTopics ?? false
  if (deleteTopics && !options.yes && !process.stdin.isTTY)
    command.error(
      'drop --delete-topics deletes records, and there is no terminal to ask for confirmation: add --yes',
    )
  const keepState = options.keepState ?? false
  if (keepState && deleteTopics)
    command.error('--keep-state cannot be combined with --delete-topics: the state belongs to the records')
  await withTarget(command, options, async (target) => {
    if (keepState && !target.engine.suspend)
      throw new SqlError(`${options.engine} cannot keep the state of its queries: omit --keep-state`)
    const wanted = await planDrop(target.engine, target.deployments)
    const nothing = wanted.objects.length === 0 && !(deleteTopics && wanted.topics.length > 0)
    if (!nothing) say(dropText(wanted, deleteTopics))
    const isAllowed = nothing || !deleteTopics || options.yes || (await confirm('Drop all of this?'))
    if (!isAllowed) {
      say('nothing was dropped')
      process.exitCode = EXIT.failed
      return
    }
    await drop(wanted, target, { deleteTopics, keepState, signal })
    const topics = deleteTopics ? wanted.topics : []
    if (options.json) printJson({ dropped: wanted.objects.map(({ name }) => name), deletedTopics: topics })
    else
      print(
        nothing ? 'nothing to drop' : `dropped ${wanted.objects.length} objects and ${topics.length} topics`,
      )
  })
}
