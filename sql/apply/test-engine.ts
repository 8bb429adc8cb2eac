import type { Target } from './apply.ts'
import type { Engine, Present } from './engine.ts'
import { MemoryRecord } from './test-target.ts'

/** Thrown where the simulated world is killed. */
export class Killed extends Error {}

/**
 * An engine, its topics and the record of deployments in memory, which can be killed before or after any single
 * operation. Completed operations stay.
 */
export class World {
  readonly record = new MemoryRecord()
  readonly objects = new Map<string, Present>()
  /** The version of each existing object. */
  readonly versions = new Map<string, string>()
  /** The queries that have written to each topic from the beginning. */
  readonly topics = new Map<string, string[]>()
  #left = Number.POSITIVE_INFINITY

  /** The number of half operations until the kill. */
  killAfter(halves: number): void {
    this.#left = halves
  }

  get target(): Target {
    const held = this.record.open()
    return {
      engine: this.#engine(),
      deployments: {
        all: held.all,
        others: held.others,
        write: (name, deployment) => this.#do(() => held.write(name, deployment)),
        close: held.close,
      },
      topics: {
        require: (names) =>
          this.#do(() => {
            for (const name of names) if (!this.topics.has(name)) this.topics.set(name, [])
          }),
        remove: (name) => this.#do(() => void this.topics.delete(name)),
      },
    }
  }

  #engine(): Engine {
    return {
      id: 'test/one',
      requireGuarantees: async () => undefined,
      present: async () => new Map(this.objects),
      make: (object, how) =>
        this.#do(() => {
          const { name, kind, runsQuery, writes, hash, reads } = object
          if (this.objects.has(name) !== (how === 'grow')) throw new Error(`${name}: cannot ${how}`)
          for (const other of [...reads, ...(kind === 'insert' ? [writes] : [])])
            if (!this.objects.has(other)) throw new Error(`${name} needs ${other}`)
          this.objects.set(name, { name, kind, queries: runsQuery ? [name] : [], health: undefined })
          this.versions.set(name, hash)
          this.#reads.set(name, reads)
          if (object.topic !== undefined) this.#topicOf.set(name, object.topic)
          if (runsQuery && how === 'create') this.topics.get(this.#topicOf.get(writes) ?? '')?.push(name)
          return []
        }),
      end: (queries) =>
        this.#do(() => {
          for (const id of queries) this.#forget(id)
        }),
      drop: ({ name }) =>
        this.#do(() => {
          for (const [reader, reads] of this.#reads)
            if (this.objects.has(reader) && reads.includes(name)) throw new Error(`${reader} reads ${name}`)
          this.#forget(name)
        }),
      query: () => {
        throw new Error('it has no rows')
      },
    }
  }

  readonly #reads = new Map<string, readonly string[]>()
  readonly #topicOf = new Map<string, string>()

  #forget(name: string): void {
    this.objects.delete(name)
    this.versions.delete(name)
  }

  async #do<T>(thing: () => T | Promise<T>): Promise<T> {
    this.#half()
    const done = await thing()
    this.#half()
    return done
  }

  #half(): void {
    this.#left -= 1
    if (this.#left < 0) throw new Killed('killed')
  }
}
