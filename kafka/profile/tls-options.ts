import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import type { Profile } from './profile.ts'

/** A profile's TLS options for Node's client. */
export interface TlsOptions {
  readonly ca?: string[]
  readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined
}

/** A certificate names an address without its zone: fe80::1 for fe80::1%eth0. */
export function tlsOptions({ ca }: Exclude<Profile['tls'], false>): TlsOptions {
  return {
    ...(ca === undefined ? {} : { ca: [ca] }),
    checkServerIdentity: (host, certificate) => checkServerIdentity(host.replace(/%.*$/, ''), certificate),
  }
}
