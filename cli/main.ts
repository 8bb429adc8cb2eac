import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { EXIT } from './exit.ts'
import { failure } from './failure.ts'
import { exitCodeOf, flushed, say, watchOutput } from './output.ts'
import { profileName } from './profile-option.ts'
import { READING_VERBS, wordsOf } from './reading-verbs.ts'
import { verbsFor } from './verbs.ts'

const { version, description } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as Record<string, string>

async function program(): Promise<Command> {
  const playstream = new Command('playstream')
    .description(description ?? '')
    .version(version ?? '', '--version')
    .option(
      '--profile <name>',
      'the cluster: local, cloud (once it is deployed), or a name whose PLAYSTREAM_<NAME>_* variables are set',
      profileName,
      process.env.PLAYSTREAM_PROFILE || 'local',
    )
    .hook('preAction', (top, action) => {
      verb = wordsOf(action)
      // What comes from the environment is not an argument, and so not looked at yet.
      requireProfileName(top)
    })
    .configureHelp({ showGlobalOptions: true })
    // One line for each mistake, whatever commander makes of it.
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
  playstream.addHelpText(
    'after',
    `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 there is drift (diff) or nothing runs (status).

Examples:
  playstream start --for 30s --json       the whole platform for half a minute, and its books
  playstream up --detach                  a real Kafka and registry, in the background
  playstream topics diff                  what the cluster lacks of the catalog
  playstream produce game --rate 20000    traffic
  playstream ssh classify auth.log        the SSH attacks in a log file, without a cluster`,
  )
  for (const add of await verbsFor(process.argv.slice(2))) add(playstream)
  return playstream
}

function requireProfileName(top: Command): void {
  try {
    profileName(top.opts<{ profile: string }>().profile)
  } catch (error) {
    top.error(`PLAYSTREAM_PROFILE: ${(error as Error).message}`)
  }
}

let verb = ''
watchOutput(() => READING_VERBS.includes(verb))

try {
  await (await program()).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  } else {
    const { line, code } = failure(error)
    say(line)
    process.exitCode = code
  }
}
await flushed()
process.exitCode = exitCodeOf(Number(process.exitCode ?? EXIT.ok))
// What is still open now, a socket in its closing handshake say, has nothing left to give.
process.exit()
