import type { Command } from 'commander'
import type { ChangeSet } from './apply-changes.ts'

export interface ApplyOptions {
  allowDelete?: true
  dryRun?: true
  json?: true
}

/** What the help of a kind of resource says. */
export interface ApplyTexts {
  /** The name of the kind, which is also the name of its group of commands: `topics`. */
  readonly resources: string
  readonly diff: string
  readonly apply: string
  /** What `apply --allow-delete` deletes, and what is in it. */
  readonly deletes: string
  readonly contents: string
}

type Run<T> = (command: Command, options: T, mode: ChangeSet['mode']) => Promise<void>

/**
 * Adds `diff`, which only shows the changes to a cluster, and `apply`, which makes them unless `--dry-run` is given.
 * @param more adds the options that both commands have besides
 */
export function addDiffAndApply<T extends ApplyOptions>(
  group: Command,
  { resources, diff, apply, deletes, contents }: ApplyTexts,
  run: Run<T>,
  more = (command: Command) => command,
): void {
  more(group.command('diff').description(`${diff}; exit 3 if there are changes`))
    .option('--allow-delete', `also show ${deletes} that apply --allow-delete would delete`)
    .option('--json', 'print the changes as JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  playstream ${resources} diff\n  playstream --profile cloud ${resources} diff --json`,
    )
    .action((options: T, command: Command) => run(command, options, 'diff'))
  more(group.command('apply').description(apply))
    .option('--dry-run', 'print the changes without applying them')
    .option('--allow-delete', `delete ${deletes} that are not in the catalog, with all their ${contents}`)
    .option('--json', 'print the applied changes as JSON')
    .addHelpText(
      'after',
      `\nExamples:\n  playstream ${resources} apply --dry-run\n  playstream ${resources} apply`,
    )
    .action((options: T, command: Command) => run(command, options, options.dryRun ? 'dry-run' : 'apply'))
}
