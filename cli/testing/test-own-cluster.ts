import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Profile } from '../../kafka/profile/profile.ts'
import type { Home } from '../../local/home.ts'
import { freeBase } from '../../local/process/ports.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import { playstream } from './test-playstream.ts'

/** A local cluster with the catalog's topics for the tests of one file, started and stopped with the commands of a user. */
export function ownCluster(): { readonly home: Home; readonly profile: Profile } {
  const home = temporaryHome()
  let profile: Profile
  beforeAll(async () => {
    const base = await freeBase()
    expect(await playstream(home, 'up', '--detach', '--port-base', String(base))).toMatchObject({ code: 0 })
    profile = {
      name: 'test',
      bootstrapServers: [`127.0.0.1:${base}`],
      tls: false,
      registry: { url: `http://127.0.0.1:${base + 2}` },
    }
    expect(await playstream(home, 'topics', 'apply')).toMatchObject({ code: 0 })
  })
  afterAll(async () => {
    await playstream(home, 'down')
    rmSync(home.folder, { recursive: true, force: true })
  })
  return {
    home,
    get profile() {
      return profile
    },
  }
}
