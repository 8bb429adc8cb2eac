import { rmSync } from 'node:fs'
import type { Admin } from 'kafkajs'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyCatalog } from '../kafka/provision/apply-catalog.ts'
import type { Home } from './home.ts'
import { freeBase } from './process/ports.ts'
import { Runtime } from './runtime.ts'
import { temporaryHome } from './temporary-home.ts'

export interface OwnRuntime {
  /** Its folder, where a command finds its profile. */
  readonly home: Home
  /** There within tests and hooks, not while the file is read. */
  readonly profile: Profile
}

/**
 * A broker and registry for the tests of the file, which this process runs: commands find it by its home, but must not
 * stop it.
 */
export function runtimeOfFile(): OwnRuntime {
  const home = temporaryHome()
  let runtime: Runtime
  beforeAll(async () => {
    runtime = await Runtime.start(home, { portBase: await freeBase(), progress: () => undefined })
  })
  afterAll(async () => {
    await runtime?.stop()
    rmSync(home.folder, { recursive: true, force: true })
  })
  return {
    home,
    get profile() {
      return runtime.profile
    },
  }
}

/**
 * A broker and registry for the tests of the file, with the catalog's topics, which are everybody's on the shared one.
 * Each test finds them empty, and no groups. Its clients must have ended with the test before.
 */
export function ownRuntime(): OwnRuntime {
  const runtime = runtimeOfFile()
  beforeEach(async () => {
    const admin = await connectAdmin(runtime.profile, 'test')
    try {
      await removeEverything(admin)
      await applyCatalog(admin, runtime.profile)
    } finally {
      await admin.disconnect()
    }
  })
  return runtime
}

export interface OwnHome {
  readonly home: Home
  /** The first of enough free ports. */
  readonly portBase: number
}

/** An empty home for each test of the file. */
export function homeOfTest(): OwnHome {
  let own: OwnHome
  beforeEach(async () => {
    own = { home: temporaryHome(), portBase: await freeBase() }
  })
  afterEach(() => rmSync(own.home.folder, { recursive: true, force: true }))
  return {
    get home() {
      return own.home
    },
    get portBase() {
      return own.portBase
    },
  }
}

export interface FragileRuntime extends OwnRuntime {
  readonly portBase: number
  /** Starts the runtime again, on the same ports and data. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Kills the broker with SIGKILL, and returns when the whole runtime has ended. */
  kill(): Promise<void>
}

/** A broker and registry for each test of the file, with the catalog's topics. Tests may stop, kill and restart it. */
export function runtimeOfTest(): FragileRuntime {
  const own = homeOfTest()
  let runtime: Runtime
  const start = async () => {
    runtime = await Runtime.start(own.home, { portBase: own.portBase, progress: () => undefined })
  }
  const stop = () => runtime.stop()
  beforeEach(async () => {
    await start()
    const admin = await connectAdmin(runtime.profile, 'test')
    await applyCatalog(admin, runtime.profile).finally(() => admin.disconnect())
  })
  afterEach(stop)
  return {
    get home() {
      return own.home
    },
    get portBase() {
      return own.portBase
    },
    get profile() {
      return runtime.profile
    },
    start,
    stop,
    async kill() {
      const broker = runtime.services.find(({ name }) => name === 'Apache Kafka')
      process.kill(broker?.process.pid ?? 0, 'SIGKILL')
      await runtime.crashed
      await stop()
    },
  }
}

async function removeEverything(admin: Admin): Promise<void> {
  const { groups } = await admin.listGroups()
  if (groups.length > 0) await admin.deleteGroups(groups.map(({ groupId }) => groupId))
  const topics = async () => (await admin.listTopics()).filter((name) => !name.startsWith('__'))
  const found = await topics()
  if (found.length === 0) return
  await admin.deleteTopics({ topics: found })
  await vi.waitUntil(async () => (await topics()).length === 0, { timeout: 30_000 })
}
