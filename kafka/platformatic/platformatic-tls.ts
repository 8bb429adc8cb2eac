import { connectionsConnectsChannel } from '@platformatic/kafka'
import { serverName } from '../profile/bootstrap-server.ts'
import type { Profile } from '../profile/profile.ts'
import { tlsOptions } from '../profile/tls-options.ts'

/** The host of the connection that is being made. */
let connectingTo = ''

connectionsConnectsChannel.start.subscribe((message) => {
  connectingTo = (message as { host?: string }).host ?? ''
})

/**
 * TLS for @platformatic/kafka 2.12.1, which names the server (SNI) either never or also where it is an IP address. A
 * broker of a cloud is found by its name, and an address must not be one. The library copies these options between the
 * announcement of a connection and its socket, without a pause, so the name is that of the connection's own host.
 */
export function platformaticTls(tls: Exclude<Profile['tls'], false>) {
  return {
    ...tlsOptions(tls),
    get servername() {
      return serverName(connectingTo)
    },
  }
}
