import type { Admin, KafkaMessage } from 'kafkajs'
import { deadLettersOf } from '../catalog/processors.ts'
import { topic } from '../catalog/topics.ts'
import type { Warn } from '../kafka/client.ts'
import { endOffsets } from '../kafka/offsets.ts'
import type { Profile } from '../kafka/profile.ts'
import { RUN_HEADER } from '../kafka/provenance.ts'
import { Reader } from '../kafka/reader.ts'
import { headerOf } from '../observability/order-check.ts'
import { contentOf } from './transaction-audit.ts'

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

/** Follows the de-duplication's committed output for one run. */
export class DedupWatch {
  /** Occurrences of each id in the unique topic. */
  readonly passed = new Map<string, number>()
  suppressed = 0
  /** Occurrences of each value among the dead-letter records, by content. */
  readonly deadLetters = new Map<string, number>()
  deadLettered = 0
  readonly #run: string
  readonly #readers: Reader[] = []
  #onProgress: (() => void) | undefined

  private constructor(run: string) {
    this.#run = run
  }

  /** Starts at the current end of the topics. */
  static async start(
    profile: Profile,
    admin: Admin,
    run: string,
    outputs: DedupOutputs,
    warn: Warn,
  ): Promise<DedupWatch> {
    const watch = new DedupWatch(run)
    const sources: [string, (message: KafkaMessage) => void][] = [
      [outputs.unique, ({ key }) => count(watch.passed, String(key))],
      [
        outputs.duplicates,
        () => {
          watch.suppressed += 1
        },
      ],
      [
        outputs.deadLetters,
        ({ value }) => {
          watch.deadLettered += 1
          count(watch.deadLetters, contentOf(value))
        },
      ],
    ]
    for (const [name, take] of sources) {
      const onBatch = (_: number, messages: readonly KafkaMessage[]) => {
        for (const message of messages) if (headerOf(message, RUN_HEADER) === watch.#run) take(message)
        watch.#onProgress?.()
      }
      const from = await endOffsets(admin, name)
      watch.#readers.push(
        await Reader.start(profile, { application: 'dashboard', topic: name, from, warn, onBatch }),
      )
    }
    return watch
  }

  /** Records of `transactions` that were passed, suppressed or dead-lettered. */
  get settled(): number {
    let passed = 0
    for (const times of this.passed.values()) passed += times
    return passed + this.suppressed + this.deadLettered
  }

  /** Rejects if reading fails for good; otherwise stays pending. */
  get failed(): Promise<never> {
    return Promise.race(this.#readers.map((reader) => reader.failed))
  }

  /** Resolves when `records` records are settled; throws the signal's reason if aborted. */
  async settles(records: number, signal: AbortSignal): Promise<void> {
    const settled = new Promise<void>((resolve, reject) => {
      const check = () => {
        if (this.settled >= records) resolve()
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

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
