import type { Secret } from './secret.ts'

export interface Credentials {
  readonly key: string
  readonly secret: Secret
}

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

/** How to reach one cluster and its registry. Nothing outside this room and `local/` knows which one it is. */
export interface Profile {
  readonly name: string
  readonly bootstrapServers: readonly string[]
  /** TLS; with a certificate authority of one's own (PEM) where the system's do not do. */
  readonly tls: false | { readonly ca?: string }
  readonly sasl?: Credentials & { readonly mechanism: SaslMechanism }
  readonly registry: { readonly url: string; readonly credentials?: Credentials }
}
