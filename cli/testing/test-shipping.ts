import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFailed, onTestFinished } from 'vitest'
import type { Profile } from '../../kafka/profile/profile.ts'
import type { Home } from '../../local/home.ts'
import { shippedLines } from './test-log-records.ts'
import { Playstream } from './test-playstream.ts'

/** A folder of logs with a checkpoint, and the shippers that a test starts on it. They end with the test. */
export class TestShipping {
  /** The prefix of all its messages, which distinguishes them from the messages of other tests. */
  readonly mark = randomBytes(4).toString('hex')
  readonly #cluster: { readonly home: Home; readonly profile: Profile }
  readonly #folder: string

  constructor(cluster: { readonly home: Home; readonly profile: Profile }) {
    this.#cluster = cluster
    this.#folder = join(cluster.home.folder, this.mark)
    mkdirSync(this.#folder)
  }

  get checkpoint(): string {
    return this.path('checkpoint.json')
  }

  path(name: string): string {
    return join(this.#folder, name)
  }

  /** Appends syslog lines and returns the messages that shipping them should produce. */
  append(name: string, host: string, lines: readonly string[]): string[] {
    const messages = lines.map((line) => `${this.mark} ${line}`)
    const text = messages.map((message) => `2025-01-01T00:00:00Z ${host} app[1]: ${message}\n`)
    appendFileSync(this.path(name), text.join(''))
    return messages
  }

  ship(...options: string[]): Playstream {
    const run = new Playstream(this.#cluster.home, [
      ...['logs', 'ship', this.path('*.log*'), '--tz', 'UTC', '--checkpoint', this.checkpoint],
      ...options,
    ])
    onTestFailed(() => void process.stderr.write(`\n${run.output}\n`))
    onTestFinished(async () => {
      run.process.kill('SIGKILL')
      await run.ended
    })
    return run
  }

  /** The messages of this test in a topic, in order within each partition. */
  async arrived(topic = 'logs'): Promise<string[]> {
    const lines = await shippedLines(this.#cluster.profile, topic)
    return lines.map(({ message }) => message).filter((message) => message.startsWith(this.mark))
  }

  /** The acknowledged bytes according to the checkpoint; 0 while there is no checkpoint. */
  acknowledged(): number {
    try {
      const stored = JSON.parse(readFileSync(this.checkpoint, 'utf8')) as {
        readonly files: readonly { readonly offset: number }[]
      }
      return stored.files.reduce((sum, { offset }) => sum + offset, 0)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
      throw error
    }
  }
}
