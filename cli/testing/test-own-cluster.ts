import { rmSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Profile } from '../../kafka/profile/profile.ts'
import { isHeld } from '../../local/process/lock.ts'
import { freeBase } from '../../local/process/ports.ts'
import { temporaryHome } from '../../local/temporary-home.ts'
import {
  homeOfTest as emptyHomeOfTest,
  type OwnHome,
  type OwnRuntime,
  runtimeOfFile,
} from '../../local/test-own-runtime.ts'
import { playstream } from './test-playstream.ts'

/** A local cluster for the tests of the file, with the topics of topics apply; the tests have them one after the other. */
export function ownCluster(): OwnRuntime {
  const runtime = runtimeOfFile()
  beforeAll(async () => {
    expect(await playstream(runtime.home, 'topics', 'apply')).toMatchObject({ code: 0 })
  })
  return runtime
}

/** The same, brought up as a user does, so that a test can take it down and bring it up again. */
export function detachedCluster(): OwnRuntime {
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

/** An empty home for each test of the file. A runtime that a test leaves there is taken down. */
export function homeOfTest(): OwnHome {
  const own = emptyHomeOfTest()
  afterEach(async () => {
    if (isHeld(own.home.lock)) await playstream(own.home, 'down')
  })
  return own
}
