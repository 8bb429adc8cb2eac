import { type Command, InvalidArgumentError, Option } from 'commander'
import { Secret } from '../../kafka/profile/secret.ts'
import { ALERT_CAUSES, type AlertCause } from '../../observability/alerts/alert.ts'
import type { AlerterOptions } from '../../observability/alerts/alerter.ts'
import { command as runCommand } from '../../observability/alerts/command.ts'
import { AlertMetrics, type DeliveryOptions } from '../../observability/alerts/delivery.ts'
import { webhook } from '../../observability/alerts/webhook.ts'
import { hideSecrets } from '../terminal/log.ts'
import { durationOption } from './duration-option.ts'

/** Where alerts go. */
export interface SinkOptions {
  alertWebhook?: URL
  alertExec?: string
  alertRetryFor: number
  alertTimeLimit: number
}

/** The options of a command that sends alerts about attacks. */
export interface AlertOptions extends SinkOptions {
  alertOn: readonly AlertCause[]
}

const SECRET = 'PLAYSTREAM_ALERT_SECRET'
const FIRST_BACKOFF_MS = 1_000

export const ALERT_HELP = `An alert is a record of ssh-attacks as JSON. A webhook receives it as a POST with the headers
Idempotency-Key and Playstream-Signature: t=<seconds>,v1=<hex of the HMAC-SHA256 of "t.body">, with
the key from ${SECRET}. A command receives it on standard input and runs without a
shell.

Each alert is normally delivered once. It is delivered twice, with the same key, if the process ends
or another instance joins between delivery and the commit of the offset. It is not delivered if the
receiver refuses it (status 4xx, or a failing command) or does not accept it within
--alert-retry-for; this is logged and counted. Detection never waits for alerts.`

export function addAlertOptions(command: Command): Command {
  return addSinkOptions(command).addOption(
    new Option('--alert-on <causes>', `when to alert, separated by commas: ${ALERT_CAUSES.join(', ')}`)
      .argParser(causes)
      .default(['open', 'critical'], 'open,critical'),
  )
}

/** Adds the options that say where alerts go. The command's action gets the words after `--` first. */
export function addSinkOptions(command: Command, retryForMs = 5 * 60_000): Command {
  return command
    .argument('[arguments...]', 'the arguments of the --alert-exec command, after --')
    .option(
      '--alert-webhook <url>',
      `POST alerts to this address, signed with the secret in ${SECRET}`,
      webhookUrl,
    )
    .option('--alert-exec <command>', 'run this command for each alert, with the arguments after --')
    .addOption(
      durationOption(
        '--alert-retry-for <time>',
        'how long to retry a webhook that does not accept an alert',
        retryForMs,
      ),
    )
    .addOption(durationOption('--alert-time-limit <time>', 'the longest time that a command may run', 10_000))
}

/** The alerter that the options ask for, or undefined for none. Ends the command when the options contradict each other. */
export function alertsOf(
  command: Command,
  args: readonly string[],
  options: AlertOptions,
  warn: AlerterOptions['warn'],
): AlerterOptions | undefined {
  const delivery = deliveryOf(command, args, options, warn)
  return delivery && { ...delivery, causes: options.alertOn }
}

/** The sinks that the options ask for, or undefined for none. Ends the command when the options contradict each other. */
export function deliveryOf(
  command: Command,
  args: readonly string[],
  { alertWebhook: url, alertExec: file, alertRetryFor, alertTimeLimit }: SinkOptions,
  warn: DeliveryOptions['warn'],
): DeliveryOptions | undefined {
  if (args.length > 0 && file === undefined)
    command.error(`'${args.join(' ')}' are arguments without a command: name the command with --alert-exec`)
  const secret = process.env[SECRET]
  if (url && !secret)
    command.error(`--alert-webhook signs its requests: set ${SECRET} to a secret that the receiver knows`)
  const key = new Secret(secret ?? '')
  hideSecrets(key)
  const metrics = new AlertMetrics()
  const sinks = [
    ...(url
      ? [
          webhook({
            url,
            secret: key,
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
  return sinks.length === 0 ? undefined : { sinks, metrics, warn }
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
    if (!cause)
      throw new InvalidArgumentError(
        `It must be one or more of ${ALERT_CAUSES.join(', ')}, separated by commas.`,
      )
    return cause
  })
}
