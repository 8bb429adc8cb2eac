import type { Secret } from './secret.ts'

export interface Credentials {
  readonly key: string
  readonly secret: Secret
}

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

/** How to reach one cluster and its registry. No code outside `kafka/` and `local/` knows which cluster it is. */
export interface Profile {
  readonly name: string
  readonly bootstrapServers: readonly string[]
  /** TLS, with the certificates (PEM) of an authority that the system does not trust; false for none. */
  readonly tls: false | { readonly ca?: string }
  readonly sasl?: Credentials & { readonly mechanism: SaslMechanism }
  readonly registry: { readonly url: string; readonly credentials?: Credentials }
}
