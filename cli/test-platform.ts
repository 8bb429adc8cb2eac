import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { topics } from '../catalog/topics.ts'
import type { Profile } from '../kafka/profile.ts'
import { connectAdmin } from '../kafka/reachable.ts'
import { applyTopicChange } from '../kafka/topic-admin.ts'
import { freeBase } from '../local/ports.ts'
import { Runtime } from '../local/runtime.ts'
import { temporaryHome } from '../local/temporary-home.ts'

/** A runtime with the catalog's topics for one test file, and a folder for its logs: the shared one's are everybody's. */
export class TestPlatform {
  readonly home = temporaryHome()
  readonly folder = join(this.home.folder, 'to-ship')
  readonly #base: number
  #runtime: Runtime | undefined

  private constructor(base: number) {
    this.#base = base
    mkdirSync(this.folder)
  }

  static async start(): Promise<TestPlatform> {
    const platform = new TestPlatform(await freeBase())
    await platform.comeBack()
    const admin = await connectAdmin(platform.profile, 'test')
    for (const topic of topics) await applyTopicChange(admin, { kind: 'create', topic })
    await admin.disconnect()
    return platform
  }

  get profile(): Profile {
    if (!this.#runtime) throw new Error('the runtime is away')
    return this.#runtime.profile
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Stops broker and registry; what they hold stays. */
  async goAway(): Promise<void> {
    await this.#runtime?.stop()
    this.#runtime = undefined
  }

  /** Starts them again, at the same addresses. */
  async comeBack(): Promise<void> {
    this.#runtime = await Runtime.start(this.home, { portBase: this.#base, progress: () => undefined })
  }

  async close(): Promise<void> {
    await this.goAway()
    rmSync(this.home.folder, { recursive: true, force: true })
  }
}
