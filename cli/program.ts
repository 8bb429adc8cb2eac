import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { profileName } from './options/profile-option.ts'
import { verbsFor } from './verbs.ts'

const { version, description } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as Record<string, string>

/** The command line, with the verbs that the arguments need; without arguments, with all of them. */
export async function programFor(args: readonly string[]): Promise<Command> {
  const program = new Command('playstream')
    .description(description ?? '')
    .version(version ?? '', '--version')
    .option(
      '--profile <name>',
      'the cluster: local, cloud (once it is deployed), or a name whose PLAYSTREAM_<NAME>_* variables are set',
      profileName,
      process.env.PLAYSTREAM_PROFILE || 'local',
    )
    // Commander parses arguments only: a name from the environment is checked here.
    .hook('preAction', requireProfileName)
    .configureHelp({ showGlobalOptions: true })
    // Commander spreads some errors over several lines; every error of ours is one line.
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
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 there is drift (diff) or nothing runs (status).

Examples:
  playstream start --for 30s --json       the whole platform for half a minute, reconciled
  playstream up --detach                  a real Kafka and registry, in the background
  playstream topics diff                  what the cluster lacks of the catalog
  playstream produce game --rate 20000    traffic
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
