import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { Profile } from './profile.ts'

/** A profile's TLS as Node's own client takes it. */
export interface TlsOptions {
  readonly ca?: string[]
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined
}

/** The certificate of a server that is reached through a zone, as fe80::1%eth0, names the address without the zone. */
export function tlsOptions({ ca }: Exclude<Profile['tls'], false>): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    checkServerIdentity: (host, certificate) => checkServerIdentity(host.replace(/%.*$/, ''), certificate),
  }
}
