import type { Profile } from '../../kafka/profile/profile.ts'
import { LOOPBACK, type Ports } from '../process/ports.ts'
import { registryUrl } from './registry.ts'

/** How to reach the services on these ports. */
export function profileOf(ports: Ports): Profile {
  return {
    name: 'local',
    bootstrapServers: [`${LOOPBACK}:${ports.broker}`],
    tls: false,
    registry: { url: registryUrl(ports) },
  }
}
