import { expect, test } from 'vitest'
import type { Profile } from '../../kafka/profile/profile.ts'
import { Secret } from '../../kafka/profile/secret.ts'
import { withCluster } from './cluster-options.ts'
import { flinkScripts } from './scripts.ts'

const local: Profile = {
  name: 'local',
  bootstrapServers: ['127.0.0.1:9092'],
  tls: false,
  registry: { url: 'http://127.0.0.1:9094' },
}
const cloud: Profile = {
  name: 'cloud',
  bootstrapServers: ['a:9092', 'b:9092'],
  tls: {},
  sasl: { mechanism: 'plain', key: 'key', secret: new Secret(`it's "secret"`) },
  registry: { url: 'https://registry', credentials: { key: 'r', secret: new Secret('s') } },
}

test('every table of the scripts is on the profile’s cluster, and no variable stays open', () => {
  for (const { statement, topic } of flinkScripts('sliding').declarations) {
    const text = withCluster(statement.text, local)
    expect(text).not.toContain('$' + '{')
    if (topic) expect(text).toContain("'properties.bootstrap.servers' = '127.0.0.1:9092'")
  }
})

test('credentials are quoted for SQL and for JAAS', () => {
  const text = withCluster(
    "WITH ('properties.bootstrap.servers' = '${bootstrap_servers}', 'value.avro-confluent-checked.url' = '${registry_url}')",
    cloud,
  )
  expect(text).toContain("'properties.bootstrap.servers' = 'a:9092,b:9092'")
  expect(text).toContain("'properties.security.protocol' = 'SASL_SSL'")
  expect(text).toContain(`username="key" password="it''s \\"secret\\"";'`)
  expect(text).toContain("'value.avro-confluent-checked.basic-auth.user-info' = 'r:s'")
})

test('a job’s version does not depend on the cluster’s address', () => {
  for (const { job } of flinkScripts('sliding').jobs)
    for (const { text } of job?.session ?? [])
      if (text.includes('bootstrap')) expect(text).toContain('$' + '{bootstrap_servers}')
})
