import { createRequire } from 'node:module'
import kafkajs from 'kafkajs'
import { readServer } from '../profile/bootstrap-server.ts'

/**
 * kafkajs 2.2.4 cuts a bootstrap server at its first colon, which is inside an IPv6 address, and asks one that accepts
 * connections and never answers for ever: it goes on to the next server only where a connection fails. It is patched
 * here, because nothing that it exports makes the connection to a bootstrap server, and its last release is of 2023.
 */
interface Connection {
  rejectRequests(error: Error): void
}

interface ConnectionPool {
  readonly host: string
  readonly port: number
  readonly pool: readonly Connection[]
}

interface Broker {
  readonly connectionPool: ConnectionPool
  connect(): Promise<void>
  disconnect(): Promise<void>
}

interface BrokerPool {
  seedBroker: Broker | undefined
  readonly rootLogger: unknown
  readonly connectionPoolBuilder: { build(address?: { host: string; port: number }): Promise<ConnectionPool> }
  createBroker(options: { connectionPool: ConnectionPool; logger: unknown }): Broker
  createSeedBroker(): Promise<void>
}

/** How long a bootstrap server may take for its first answer, before the next one is asked. */
const PATIENCE_MS = 5_000

const require = createRequire(import.meta.url)
const pool = (require('kafkajs/src/cluster/brokerPool') as { prototype: BrokerPool }).prototype

/** A bootstrap server as kafkajs takes it: no colon but the one before the port. */
export function seedAddress(server: string): string {
  const address = readServer(server)
  return address ? `${encodeURIComponent(address.host)}:${address.port}` : server
}

pool.createSeedBroker = async function (this: BrokerPool) {
  if (this.seedBroker) await this.seedBroker.disconnect()
  // The builder keeps the list, and gives the next server of it at each call.
  const { host, port } = await this.connectionPoolBuilder.build()
  const connectionPool = await this.connectionPoolBuilder.build({ host: decodeURIComponent(host), port })
  const broker = this.createBroker({ connectionPool, logger: this.rootLogger })
  const connect = broker.connect.bind(broker)
  broker.connect = async () => {
    const timer = setTimeout(() => {
      const error = new kafkajs.KafkaJSConnectionError(`no answer within ${PATIENCE_MS / 1000} s`, {
        broker: `${connectionPool.host}:${connectionPool.port}`,
      })
      for (const connection of connectionPool.pool) connection.rejectRequests(error)
    }, PATIENCE_MS)
    await connect().finally(() => clearTimeout(timer))
  }
  this.seedBroker = broker
}
