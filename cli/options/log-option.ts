import { type Command, Option } from 'commander'
import { LOG_FORMATS, openLog } from '../terminal/log.ts'
import { choice } from './choice.ts'

const FORMAT_VARIABLE = 'PLAYSTREAM_LOG_FORMAT'

const oneOf = choice(...LOG_FORMATS)

/**
 * Adds `--log-format` to a command that runs for long, and opens its log before its action.
 * @param componentOf what the lines are said to come from, by the command's first argument
 */
export function addLogOption(
  command: Command,
  componentOf: string | ((argument: string) => string),
): Command {
  return command
    .addOption(
      new Option(
        '--log-format <format>',
        'progress on standard error as text lines or JSON lines; auto: text on a terminal, JSON elsewhere',
      )
        .env(FORMAT_VARIABLE)
        // A variable that is set to nothing counts as unset.
        .argParser((text) => oneOf(text || 'auto'))
        .default('auto'),
    )
    .hook('preAction', (_, action) => {
      const component = typeof componentOf === 'string' ? componentOf : componentOf(action.args[0] ?? '')
      return openLog(action.opts().logFormat, component)
    })
}
