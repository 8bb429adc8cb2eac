import { readFileSync } from 'node:fs'
import { topic } from '../../catalog/topics.ts'
import type { Profile } from '../../kafka/profile/profile.ts'

/** Other shippers that can feed the same topic. */
export const FOREIGN_SHIPPERS = ['fluent-bit', 'rsyslog'] as const

export type ForeignShipper = (typeof FOREIGN_SHIPPERS)[number]

/**
 * The configuration for another shipper to feed `logs` of a profile's cluster, from the shipper's template in the parent folder.
 * @param showSecrets whether passwords are written out; `***` otherwise
 */
export function foreignConfig(shipper: ForeignShipper, profile: Profile, showSecrets: boolean): string {
  const template = readFileSync(new URL(`../${shipper}.conf`, import.meta.url), 'utf8')
  const settings = securitySettings(profile, showSecrets)
  const isRsyslog = shipper === 'rsyslog'
  const values: Readonly<Record<string, string>> = {
    topic: topic('logs').name,
    brokers: isRsyslog ? profile.bootstrapServers.map(quoted).join(', ') : profile.bootstrapServers.join(','),
    security: isRsyslog
      ? settings.map(([name, value]) => `, ${quoted(`${name}=${value}`)}`).join('')
      : settings.map(([name, value]) => `    rdkafka.${name}  ${value}`).join('\n'),
  }
  return template.replace(/@(\w+)@/g, (placeholder, name: string) => values[name] ?? placeholder)
}

/** The connection settings of librdkafka, which both shippers are built on. */
function securitySettings({ tls, sasl }: Profile, showSecrets: boolean): [name: string, value: string][] {
  const settings: [string, string][] = []
  const protocol = `${sasl ? 'SASL_' : ''}${tls ? 'SSL' : 'PLAINTEXT'}`
  if (protocol !== 'PLAINTEXT') settings.push(['security.protocol', protocol])
  // librdkafka expects the certificate as PEM on one line.
  if (tls && tls.ca !== undefined) settings.push(['ssl.ca.pem', tls.ca.replaceAll('\n', '\\n')])
  if (sasl) {
    const secret = showSecrets ? sasl.secret.reveal() : String(sasl.secret)
    settings.push(['sasl.mechanisms', sasl.mechanism.toUpperCase()])
    settings.push(['sasl.username', sasl.key], ['sasl.password', secret])
  }
  return settings
}

/** A string literal of RainerScript. */
function quoted(text: string): string {
  return `"${text.replace(/["\\$]/g, '\\$&')}"`
}
