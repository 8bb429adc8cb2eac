import type { Command } from 'commander'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import { readSummary } from '../../observability/ssh/report/read-summary.ts'
import { positiveInteger } from '../options/arguments.ts'
import { profileOf } from '../options/profile-option.ts'
import { beginningOf, type Since, sinceOption } from '../options/since-option.ts'
import { print, printJson } from '../terminal/output.ts'
import { summaryText } from './ssh-report-view.ts'

const APPLICATION = 'dashboard'
const DAY_MS = 24 * 60 * 60_000

interface Options {
  since: Since
  top: number
  json?: true
}

export function sshReportCommand(parent: Command): void {
  const command = parent
    .command('report')
    .description('summarize the detected attacks: worst addresses, hosts, users, and a timeline')
    .addOption(sinceOption('the start of the report, in event time', DAY_MS))
    .option('--top <n>', 'how many addresses, hosts and users to show', positiveInteger, 10)
    .option('--json', 'print the report as one JSON object')
    .addHelpText(
      'after',
      `
Addresses and hosts come from ssh-counts, if they have an event since --since. A count continues
until the address or host has been quiet for a day, so it can include events from before --since.
Users, the timeline and open attacks come from ssh-attacks. A user counts once per attack. The
timeline shows the attempts of attacks in the hour in which they were reported.

Examples:
  playstream ssh report
  playstream ssh report --since 1h --top 3 --json
  playstream ssh report --since 2025-12-01`,
    )
  command.action((options: Options) => report(command, options))
}

async function report(command: Command, { since, top, json }: Options): Promise<void> {
  const profile = profileOf(command, APPLICATION)
  const admin = await connectAdmin(profile, APPLICATION)
  await requireTopics(admin, ['ssh-attacks', 'ssh-counts']).finally(() => admin.disconnect())
  const summary = await readSummary(profile, { since: beginningOf(since), top })
  if (json) printJson(summary)
  else print(summaryText(summary))
}
