import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** The home of this copy of the repository, where no other is named. */
export const DEFAULT_HOME = join(ROOT, '.playstream')

/** Where everything of the embedded runtime lives. One home runs one runtime at a time. */
export class Home {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The home that PLAYSTREAM_HOME names, else `.playstream` in the repository. */
  static default(): Home {
    return new Home(process.env.PLAYSTREAM_HOME || DEFAULT_HOME)
  }

  /** Topics, schemas and offsets: what `reset` deletes. */
  get data(): string {
    return join(this.folder, 'data')
  }

  get logs(): string {
    return join(this.folder, 'logs')
  }

  /** The connection profile of the running runtime; present only while it is ready. */
  get profile(): string {
    return join(this.folder, 'local.json')
  }

  /** Which process runs the runtime, and which children it has; survives a kill -9, for the next start to clean up. */
  get processes(): string {
    return join(this.folder, 'processes.json')
  }

  get lock(): string {
    return join(this.folder, 'lock.db')
  }
}
