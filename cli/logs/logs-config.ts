import { Argument, type Command } from 'commander'
import {
  FOREIGN_SHIPPERS,
  type ForeignShipper,
  foreignConfig,
} from '../../observability/ship/foreign-shipper.ts'
import { profileOf } from '../options/profile-option.ts'
import { writeText } from '../terminal/output.ts'

export function logsConfigCommand(parent: Command): void {
  const command = parent
    .command('config')
    .description('print a configuration with which Fluent Bit or rsyslog ships to the same topic')
    .addArgument(new Argument('<shipper>', 'the shipper').choices(FOREIGN_SHIPPERS))
    .option('--show-secrets', 'print passwords instead of ***')
    .addHelpText(
      'after',
      '\nExamples:\n  playstream logs config fluent-bit > playstream.conf\n  playstream --profile cloud logs config rsyslog --show-secrets',
    )
  command.action((shipper: ForeignShipper, { showSecrets }: { showSecrets?: true }) =>
    writeText(foreignConfig(shipper, profileOf(command, 'log-shipper'), showSecrets === true)),
  )
}
