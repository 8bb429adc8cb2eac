import { describe, expect, test } from 'vitest'
import type { Profile } from '../../kafka/profile/profile.ts'
import { Secret } from '../../kafka/profile/secret.ts'
import { FOREIGN_SHIPPERS, foreignConfig } from './foreign-shipper.ts'

const profile: Profile = {
  name: 'cloud',
  bootstrapServers: ['one.example:9092', 'two.example:9092'],
  tls: {},
  sasl: { mechanism: 'plain', key: 'KEY', secret: new Secret('pa"ss$') },
  registry: { url: 'https://registry.example' },
}

describe.each(FOREIGN_SHIPPERS)('the configuration of %s', (shipper) => {
  test('has the brokers, the topic and the account, and hides the password', () => {
    const config = foreignConfig(shipper, profile, false)
    expect(config).toMatch(/one\.example:9092.*two\.example:9092/)
    expect(config).toMatch(/sasl\.username\W+KEY/)
    expect(config).toContain('SASL_SSL')
    expect(config).toContain('***')
    expect(config).not.toContain('pa"ss')
    expect(config).not.toMatch(/@\w+@/)
  })

  test('has no security settings for a cluster without security', () => {
    const { sasl: _, ...open } = profile
    expect(foreignConfig(shipper, { ...open, tls: false }, true)).not.toMatch(/sasl|security/)
  })
})

test('a password is shown on request, escaped as each shipper requires', () => {
  expect(foreignConfig('rsyslog', profile, true)).toContain('"sasl.password=pa\\"ss\\$"')
  expect(foreignConfig('fluent-bit', profile, true)).toContain('rdkafka.sasl.password  pa"ss$')
})
