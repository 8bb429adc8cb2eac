import { rmSync } from 'node:fs'
import type { TestProject } from 'vitest/node'
import { Home } from './home.ts'
import { install } from './install/install.ts'
import { freeBase } from './process/ports.ts'
import { Runtime } from './runtime.ts'
import { temporaryHome } from './temporary-home.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The broker and registry of this test run. */
    readonly bootstrapServers: readonly string[]
    readonly registryUrl: string
  }
}

/** Vitest's global set-up: a runtime for the test run, on free ports and in a folder of its own, removed at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await install(Home.default(), (line) => process.stderr.write(`${line}\n`))
  const home = temporaryHome()
  const runtime = await Runtime.start(home, { portBase: await freeBase(), progress: () => undefined })
  project.provide('bootstrapServers', runtime.profile.bootstrapServers)
  project.provide('registryUrl', runtime.profile.registry.url)
  return async () => {
    await runtime.stop()
    rmSync(home.folder, { recursive: true, force: true })
  }
}
