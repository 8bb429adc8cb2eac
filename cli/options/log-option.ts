import { type Command, Option } from 'commander'
import { LOG_FORMATS, openLog } from '../terminal/log.ts'
import { choice } from './choice.ts'

const FORMAT_VARIABLE = 'PLAYSTREAM_LOG_FORMAT'

const oneOf = choice(...LOG_FORMATS)

/**
 * Adds `--log-format` to a long-running command and opens the log before the command's action.
 * @param componentOf the `component` of the log lines, or a function that derives it from the command's first argument
 */
export function addLogOption(
  command: Command,
  componentOf: string | ((argument: string) => string),
): Command {
  return command
    .addOption(
      new Option(
        '--log-format <format>',
        'the log format on standard error: text, json, or auto (text on a terminal, otherwise json)',
      )
        .env(FORMAT_VARIABLE)
        // An empty variable counts as unset.
        .argParser((text) => oneOf(text || 'auto'))
        .default('auto'),
    )
    .hook('preAction', (_, action) => {
      const component = typeof componentOf === 'string' ? componentOf : componentOf(action.args[0] ?? '')
      return openLog(action.opts().logFormat, component)
    })
}
