import { createRequire } from 'node:module'
import kafkajs from 'kafkajs'
import { readServer } from '../profile/bootstrap-server.ts'

/**
 * kafkajs 2.2.4 splits a bootstrap server at its first colon, which breaks IPv6 addresses, and waits for ever for a server
 * that accepts connections and never answers: it tries the next server only after a failed connection. Patched from outside
 * because kafkajs does not export what connects to a bootstrap server, and its last release dates from 2023.
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

/** How long a bootstrap server may take to answer before the next server is tried, in ms. */
const PATIENCE_MS = 5_000

const require = createRequire(import.meta.url)
const pool = (require('kafkajs/src/cluster/brokerPool') as { prototype: BrokerPool }).prototype

/** A bootstrap server in kafkajs's format: the colon before the port is the only colon. */
export function seedAddress(server: string): string {
  const address = readServer(server)
  return address ? `${encodeURIComponent(address.host)}:${address.port}` : server
}

pool.createSeedBroker = async function (this: BrokerPool) {
  if (this.seedBroker) await this.seedBroker.disconnect()
  // The builder returns the next server of its list at each call.
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
