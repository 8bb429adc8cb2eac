import { CommanderError } from 'commander'
import { ENDS_ON_BROKEN_PIPE, fullNameOf } from './broken-pipe.ts'
import { programFor } from './program.ts'
import { EXIT } from './terminal/exit.ts'
import { failure } from './terminal/failure.ts'
import { sayError } from './terminal/log.ts'
import { exitCodeOf, flush, watchOutput } from './terminal/output.ts'

let verb = ''
watchOutput(() => ENDS_ON_BROKEN_PIPE.includes(verb))

try {
  const program = await programFor(process.argv.slice(2))
  program.hook('preAction', (_, action) => {
    verb = fullNameOf(action)
  })
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  } else {
    const { line, code } = failure(error)
    sayError(line)
    process.exitCode = code
  }
}
await flush()
process.exitCode = exitCodeOf(Number(process.exitCode ?? EXIT.ok))
// Nothing that is still open, such as a socket in its closing handshake, has results to deliver.
process.exit()
