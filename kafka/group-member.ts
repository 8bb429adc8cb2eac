import { type API, type Callback, type ConsumerOptions, kGetApi } from '@platformatic/kafka'
import { SteadyConsumer } from './known-topics.ts'

/**
 * A consumer that lets what is under way be finished before it joins its group again, as Kafka's own does when partitions
 * are revoked. @platformatic/kafka 2.12.1 joins at once, and what was begun in the generation before is refused.
 */
export class GroupMember extends SteadyConsumer {
  readonly #beforeJoin: () => Promise<void>

  /** @param beforeJoin called before each request to join; its end is waited for, so it must come within a session */
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
