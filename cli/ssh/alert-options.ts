import { type Command, InvalidArgumentError, Option } from 'commander'
import { Secret } from '../../kafka/profile/secret.ts'
import { ALERT_CAUSES, type AlertCause } from '../../observability/alerts/alert.ts'
import { type AlerterOptions, AlertMetrics } from '../../observability/alerts/alerter.ts'
import { command as runCommand } from '../../observability/alerts/command.ts'
import { webhook } from '../../observability/alerts/webhook.ts'
import { durationOption } from '../options/duration-option.ts'

/** What decides what is done about attacks. */
export interface AlertOptions {
  alertWebhook?: URL
  alertExec?: string
  alertOn: readonly AlertCause[]
  alertRetryFor: number
  alertTimeLimit: number
}

const SECRET = 'PLAYSTREAM_ALERT_SECRET'
const FIRST_BACKOFF_MS = 1_000

export const ALERT_HELP = `An alert is what ssh-attacks says of an attack, as JSON: POSTed with the headers Idempotency-Key and Playstream-Signature
(t=<seconds>,v1=<hex of the HMAC-SHA256 of "t.body">, its key in ${SECRET}), or on the standard input of a
command, which runs without a shell. Each is delivered once; twice, with the same key, where the process ends or another
joins between delivery and the commit of its offset; and not at all, which is said and counted, where it is refused (4xx, or
a command that fails) or not taken within --alert-retry-for. Detection waits for none of it.`

export function addAlertOptions(command: Command): Command {
  return command
    .argument('[arguments...]', 'of the command of --alert-exec, after --')
    .option('--alert-webhook <url>', `POST alerts there, signed with the secret in ${SECRET}`, webhookUrl)
    .option('--alert-exec <command>', 'run this for each alert; its arguments come after --')
    .addOption(
      new Option('--alert-on <causes>', `of ${ALERT_CAUSES.join(', ')}, with commas`)
        .argParser(causes)
        .default(['open', 'critical'], 'open,critical'),
    )
    .addOption(durationOption('--alert-retry-for <time>', 'how long a webhook is tried again', 5 * 60_000))
    .addOption(durationOption('--alert-time-limit <time>', 'how long a command may run', 10_000))
}

/** What is to be done about attacks; undefined for nothing. Ends the command where that contradicts itself. */
export function alertsOf(
  command: Command,
  args: readonly string[],
  options: AlertOptions,
  warn: AlerterOptions['warn'],
): AlerterOptions | undefined {
  const { alertWebhook: url, alertExec: file, alertOn, alertRetryFor, alertTimeLimit } = options
  if (args.length > 0 && file === undefined)
    command.error(`'${args.join(' ')}' are arguments of no command: --alert-exec names it`)
  const secret = process.env[SECRET]
  if (url && !secret)
    command.error(`--alert-webhook signs what it sends: set ${SECRET} to a secret that the receiver knows`)
  const metrics = new AlertMetrics()
  const sinks = [
    ...(url
      ? [
          webhook({
            url,
            secret: new Secret(secret ?? ''),
            retryForMs: alertRetryFor,
            backoffMs: FIRST_BACKOFF_MS,
            onRetry: () => {
              metrics.retries += 1
            },
          }),
        ]
      : []),
    ...(file === undefined ? [] : [runCommand({ file, args, timeLimitMs: alertTimeLimit })]),
  ]
  return sinks.length === 0 ? undefined : { sinks, causes: alertOn, metrics, warn }
}

function webhookUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('It must be an http or https URL without a user and password.')
  return url
}

function causes(text: string): AlertCause[] {
  return text.split(',').map((word) => {
    const cause = ALERT_CAUSES.find((candidate) => candidate === word)
    if (!cause) throw new InvalidArgumentError(`It must be of ${ALERT_CAUSES.join(', ')}, with commas.`)
    return cause
  })
}
