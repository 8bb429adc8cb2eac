import type { Admin, KafkaMessage } from 'kafkajs'
import { deadLettersOf } from '../catalog/processors.ts'
import { topic } from '../catalog/topics.ts'
import { stableOffsets } from '../kafka/clients/offsets.ts'
import { RUN_HEADER } from '../kafka/clients/run-headers.ts'
import { Reader } from '../kafka/clients/topic-follower.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { headerOf } from './order-check.ts'
import type { TransactionLedger } from './transaction-ledger.ts'

/** Output topics of a de-duplication. */
export interface DedupOutputs {
  readonly unique: string
  readonly duplicates: string
  readonly deadLetters: string
}

export const NODE_OUTPUTS: DedupOutputs = {
  unique: topic('transactions-unique').name,
  duplicates: topic('transactions-duplicates').name,
  deadLetters: deadLettersOf(topic('transactions').name),
}

export const SQL_OUTPUTS: DedupOutputs = {
  unique: topic('sql-transactions-unique').name,
  duplicates: topic('sql-transactions-duplicates').name,
  deadLetters: topic('sql-transactions-dlq').name,
}

/** Follows the de-duplication's committed output for one run and records it in a ledger. */
export class DedupWatch {
  readonly ledger: TransactionLedger
  readonly #run: string
  readonly #readers: Reader[] = []
  #onProgress: (() => void) | undefined

  private constructor(run: string, ledger: TransactionLedger) {
    this.#run = run
    this.ledger = ledger
  }

  /** Starts at the current end of the topics. */
  static async start(
    profile: Profile,
    admin: Admin,
    run: string,
    ledger: TransactionLedger,
    { outputs, warn }: { readonly outputs: DedupOutputs; readonly warn: Warn },
  ): Promise<DedupWatch> {
    const watch = new DedupWatch(run, ledger)
    const sources: [string, (message: KafkaMessage) => void][] = [
      [outputs.unique, ({ key }) => ledger.pass(String(key))],
      [outputs.duplicates, () => ledger.suppress()],
      [outputs.deadLetters, ({ value }) => ledger.setAside(value)],
    ]
    for (const [name, onMessage] of sources) {
      const onBatch = (_: number, messages: readonly KafkaMessage[]) => {
        for (const message of messages) if (headerOf(message, RUN_HEADER) === watch.#run) onMessage(message)
        watch.#onProgress?.()
      }
      const from = await stableOffsets(admin, name)
      watch.#readers.push(
        await Reader.start(profile, { application: 'dashboard', topic: name, from, warn, onBatch }),
      )
    }
    return watch
  }

  /** Rejects if reading fails for good; otherwise stays pending. */
  get failed(): Promise<never> {
    return Promise.race(this.#readers.map((reader) => reader.failed))
  }

  /** Resolves when `records` records have been passed, suppressed or dead-lettered; throws the signal's reason if aborted. */
  async settles(records: number, signal: AbortSignal): Promise<void> {
    const settled = new Promise<void>((resolve, reject) => {
      const check = () => {
        if (this.ledger.settled >= records) resolve()
      }
      this.#onProgress = check
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      check()
    })
    await Promise.race([settled, this.failed])
  }

  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()))
  }
}
