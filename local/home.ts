import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/** The default home of this copy of the repository. */
export const DEFAULT_HOME = join(ROOT, '.playstream')

/** The folder of an embedded runtime. One home runs one runtime at a time. */
export class Home {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The home that PLAYSTREAM_HOME names, else `.playstream` in the repository. */
  static default(): Home {
    return new Home(process.env.PLAYSTREAM_HOME || DEFAULT_HOME)
  }

  /** Topics, schemas and offsets; `reset` deletes them. */
  get data(): string {
    return join(this.folder, 'data')
  }

  get logs(): string {
    return join(this.folder, 'logs')
  }

  /** The connection profile of the running runtime; exists only while the runtime is ready. */
  get profile(): string {
    return join(this.folder, 'local.json')
  }

  /** The runtime's process and its children. The file survives kill -9, so that the next start can clean up. */
  get processes(): string {
    return join(this.folder, 'processes.json')
  }

  get lock(): string {
    return join(this.folder, 'lock.db')
  }
}
