import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { profileName } from './options/profile-option.ts'
import { verbsFor } from './verbs.ts'

const { version, description } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as Record<string, string>

/** The command line with the verbs that the arguments need, or with all verbs when there are no arguments. */
export async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('playstream')
    .description(description ?? '')
    .version(version ?? '', '--version')
    .option(
      '--profile <name>',
      'the cluster to use: local, cloud (after infra deploy), or a name whose PLAYSTREAM_<NAME>_* variables are set',
      profileName,
      process.env.PLAYSTREAM_PROFILE || 'local',
    )
    // Commander validates arguments but not defaults, so a name from PLAYSTREAM_PROFILE is validated here.
    .hook('preAction', requireProfileName)
    .configureHelp({ showGlobalOptions: true })
    // Some of Commander's errors span several lines; every error of this program is one line.
    .configureOutput({
      outputError: (text, write) =>
        write(
          `playstream: ${text
            .replace(/^error: /, '')
            .trim()
            .replaceAll('\n', ' ')}\n`,
        ),
    })
    .showSuggestionAfterError()
    .exitOverride()
  program.addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 differences found (diff, plan, verify) or not running (status), 130 interrupted.

Examples:
  playstream start --for 30s --json       the whole platform for half a minute, with a final check
  playstream up --detach                  a real Kafka and schema registry in the background
  playstream topics diff                  how the cluster differs from the catalog
  playstream produce game --rate 20000    20,000 game events per second
  playstream ssh classify auth.log        the SSH attacks in a log file, without a cluster`,
  )
  for (const add of await verbsFor(args)) add(program)
  return program
}

function requireProfileName(program: Command): void {
  try {
    profileName(program.opts<{ profile: string }>().profile)
  } catch (error) {
    program.error(`PLAYSTREAM_PROFILE: ${(error as Error).message}`)
  }
}
