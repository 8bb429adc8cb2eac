import type { Account } from '../cloud/account.ts'
import type { Application } from '../cloud/application.ts'
import type { Cluster } from '../cloud/cluster.ts'
import type { Registry } from '../cloud/registry.ts'
import type { Topics } from '../cloud/topics.ts'
import type { KafkaAccess } from '../confluent/credentials.ts'
import type { Settings } from '../settings/settings.ts'
import type { Statement } from './statements.ts'

export interface SqlOptions {
  readonly settings: Settings
  readonly cluster: Cluster
  readonly registry: Registry
  readonly provisioner: { readonly kafka: KafkaAccess }
  readonly topics: Topics
  /** They include the SQL engine's application, whose account the engine runs as. */
  readonly applications: readonly Application[]
  /** The statements for Flink. */
  readonly statements: readonly Statement[]
}

/** The options of one engine. */
export interface EngineOptions extends SqlOptions {
  readonly account: Account
}
