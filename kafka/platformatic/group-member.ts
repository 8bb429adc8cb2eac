import { type API, type Callback, type ConsumerOptions, kGetApi } from '@platformatic/kafka'
import { SteadyConsumer } from './known-topics.ts'

/**
 * A consumer that finishes the work in flight before it rejoins its group, as Kafka's own consumer does when partitions are
 * revoked. @platformatic/kafka 2.12.1 rejoins at once, and the broker then rejects what began in the previous generation.
 */
export class GroupMember extends SteadyConsumer {
  readonly #beforeJoin: () => Promise<void>

  /** @param beforeJoin awaited before each JoinGroup request; must resolve, never reject, within the session timeout */
  constructor(options: ConsumerOptions<Buffer, Buffer, Buffer, Buffer>, beforeJoin: () => Promise<void>) {
    super(options)
    this.#beforeJoin = beforeJoin
  }

  override [kGetApi]<Request extends unknown[], Response>(
    name: string,
    callback: Callback<API<Request, Response>>,
  ): void {
    if (name !== 'JoinGroup') super[kGetApi](name, callback)
    else void this.#beforeJoin().then(() => super[kGetApi](name, callback))
  }
}
