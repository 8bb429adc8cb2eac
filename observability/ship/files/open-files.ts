import type { FileWatcher } from './file-watcher.ts'

/** Limits how many files are open at a time: beyond the limit it closes those that were used least recently. */
export class OpenFiles {
  readonly #limit: number
  /** The files that may be open, in the order of their last use. */
  readonly #used = new Set<FileWatcher>()

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Marks a file as used. A nameless file is never closed, because it could not be opened again. */
  async use(watcher: FileWatcher): Promise<void> {
    this.#used.delete(watcher)
    this.#used.add(watcher)
    if (this.#used.size <= this.#limit) return
    for (const candidate of this.#used) {
      if (candidate === watcher || (candidate.reader.isOpen && candidate.state.kind !== 'following')) continue
      this.#used.delete(candidate)
      await candidate.reader.close()
      if (this.#used.size <= this.#limit) return
    }
  }

  forget(watcher: FileWatcher): void {
    this.#used.delete(watcher)
  }
}
