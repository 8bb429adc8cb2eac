import type { Account } from './account.ts'
import type { Application } from './application.ts'
import type { Cluster } from './cluster.ts'
import type { KafkaAccess } from './confluent/credentials.ts'
import type { Registry } from './registry.ts'
import type { Settings } from './settings.ts'
import type { Statement } from './statements.ts'
import type { Topics } from './topics.ts'

export interface SqlOptions {
  readonly settings: Settings
  readonly cluster: Cluster
  readonly registry: Registry
  readonly provisioner: { readonly kafka: KafkaAccess }
  readonly topics: Topics
  /** The SQL engine's application among them: it works as that one's account. */
  readonly applications: readonly Application[]
  /** What Flink runs. */
  readonly statements: readonly Statement[]
}

/** What an engine needs besides. */
export interface EngineOptions extends SqlOptions {
  readonly account: Account
}
