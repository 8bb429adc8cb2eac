import { connectionsConnectsChannel } from '@platformatic/kafka'
import { serverName } from '../profile/bootstrap-server.ts'
import type { Profile } from '../profile/profile.ts'
import { tlsOptions } from '../profile/tls-options.ts'

/** The host of the connection that is being opened. */
let connectingTo = ''

connectionsConnectsChannel.start.subscribe((message) => {
  connectingTo = (message as { host?: string }).host ?? ''
})

/**
 * TLS options for @platformatic/kafka 2.12.1. The library sends a server name (SNI) either never or for IP addresses too,
 * but cloud brokers need the name, and TLS forbids addresses as names. The library copies these options synchronously
 * between announcing a connection and opening its socket, so `servername` belongs to that connection's host.
 */
export function platformaticTls(tls: Exclude<Profile['tls'], false>) {
  return {
    ...tlsOptions(tls),
    get servername() {
      return serverName(connectingTo)
    },
  }
}
