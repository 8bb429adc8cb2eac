import {
  type API,
  addPartitionsToTxnV3,
  type Callback,
  type ClusterMetadata,
  kGetApi,
  kMetadata,
  type MetadataOptions,
  Producer,
} from '@platformatic/kafka'
import { withAllTopics } from './known-topics.ts'

/**
 * The producer of @platformatic/kafka 2.12.1, but for one request: it adds partitions to a transaction with the newest
 * version that the broker offers, and from version 4 on that request is what brokers ask each other (KIP-890). A broker
 * takes it for one of a client of the second transaction protocol, while the client ends the transaction by the first:
 * killed in the middle and started again, the broker forgets the transaction and leaves its records open for ever. It
 * also asks for a permission that no client has in the cloud. Version 3 is the last that is for clients.
 */
export class TransactionalProducer extends Producer {
  override [kGetApi]<Request extends unknown[], Response>(
    name: string,
    callback: Callback<API<Request, Response>>,
  ): void {
    if (name === 'AddPartitionsToTxn')
      callback(null, addPartitionsToTxnV3.api as unknown as API<Request, Response>)
    else super[kGetApi](name, callback)
  }

  override [kMetadata](options: MetadataOptions, callback: Callback<ClusterMetadata>): void {
    super[kMetadata](options, withAllTopics(this, options, callback))
  }
}
