import { CommanderError } from 'commander'
import { EXIT } from './exit.ts'
import { failure } from './failure.ts'
import { flushed, say } from './output.ts'
import { programFor } from './program.ts'

// A reader that has gone away, as `| head` does, is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok)
  throw error
})

try {
  await (await programFor(process.argv.slice(2))).parseAsync()
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
// What is still open now, a socket in its closing handshake say, has nothing left to give.
process.exit()
