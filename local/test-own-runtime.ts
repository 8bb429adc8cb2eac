import { rmSync } from 'node:fs'
import { afterEach, beforeEach } from 'vitest'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyCatalog } from '../kafka/provision/apply-catalog.ts'
import { freeBase } from './process/ports.ts'
import { Runtime } from './runtime.ts'
import { temporaryHome } from './temporary-home.ts'

/**
 * A broker and registry for each test of the file, with the catalog's topics, which are everybody's on the shared one.
 * The profile is there within a test.
 */
export function ownRuntime(): { readonly profile: Profile } {
  const home = temporaryHome()
  let runtime: Runtime
  beforeEach(async () => {
    runtime = await Runtime.start(home, { portBase: await freeBase(), progress: () => undefined })
    const admin = await connectAdmin(runtime.profile, 'test')
    await applyCatalog(admin, runtime.profile).finally(() => admin.disconnect())
  })
  afterEach(async () => {
    await runtime.stop()
    rmSync(home.folder, { recursive: true, force: true })
  })
  return {
    get profile() {
      return runtime.profile
    },
  }
}
