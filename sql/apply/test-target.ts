import { TakenOverError } from '../errors.ts'
import { KsqlDb } from '../ksqldb/engine.ts'
import type { StandIn } from '../ksqldb/test-ksqldb-server.ts'
import type { Target } from './apply.ts'
import type { Deployment, HeldDeployments, OthersDeployment } from './deployments.ts'

/** The record of deployments in memory, with the fencing that matters: whoever opened it last holds it. */
export class MemoryRecord {
  readonly entries = new Map<string, Deployment>()
  others: readonly OthersDeployment[] = []
  #holder = 0

  open(): HeldDeployments {
    this.#holder += 1
    const ours = this.#holder
    return {
      all: this.entries,
      others: this.others,
      write: async (name, deployment) => {
        if (ours !== this.#holder) throw new TakenOverError('another apply has begun')
        if (deployment) this.entries.set(name, deployment)
        else this.entries.delete(name)
      },
      close: async () => undefined,
    }
  }
}

/** Everything that an apply needs, on a stand-in. */
export async function targetOn(standIn: StandIn, record = new MemoryRecord()): Promise<Target> {
  return {
    engine: await KsqlDb.connect({ url: standIn.url, pollMs: 1, retryMs: 1 }),
    deployments: record.open(),
    topics: {
      require: async (names) => {
        for (const name of names) standIn.topics.add(name)
      },
      remove: async (name) => standIn.removeTopic(name),
    },
  }
}
