import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makePrivateFolder, PRIVATE_FILE } from '../../kafka/private-files.ts'

/** SQLite's result code for "another connection holds the lock" (sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5

/**
 * An exclusive lock on a file. The operating system releases the lock when its holder dies, however it dies, so no lock is
 * ever stale. Node has no flock(2); an exclusive SQLite transaction takes the same kind of lock.
 */
export class Lock {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Takes the lock, or returns undefined at once if this or another process holds it. */
  static tryAcquire(file: string): Lock | undefined {
    makePrivateFolder(dirname(file))
    createPrivately(file)
    const database = new DatabaseSync(file)
    try {
      database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
      return new Lock(database)
    } catch (error) {
      database.close()
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined
      throw error
    }
  }

  release(): void {
    this.#database.close()
  }
}

/**
 * Creates the file, which SQLite would make readable by others. An existing file is not even opened, because closing it would
 * release a lock that this process may hold on it (sqlite.org/howtocorrupt.html, 2.2).
 */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'ax', PRIVATE_FILE))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Whether any process holds the lock at this moment. */
export function isHeld(file: string): boolean {
  const lock = Lock.tryAcquire(file)
  lock?.release()
  return lock === undefined
}
