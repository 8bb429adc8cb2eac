import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { Home } from '../home.ts'
import { artifactFolder } from '../install/artifacts.mjs'
import { javaCommand } from '../install/host.mjs'
import { Service, type ServiceCommand } from '../process/service.ts'
import { classArchive } from './class-archive.ts'

let folder: string
let jars: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-archive-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  jars = join(folder, 'jars')
  mkdirSync(jars)
  const installed = artifactFolder(Home.default().folder, 'kafka')
  for (const name of readdirSync(installed)) symlinkSync(join(installed, name), join(jars, name))
})

/** A program of Kafka's with many classes that ends by itself, and says where its classes come from. */
function program(): ServiceCommand {
  const { options, onEnd } = classArchive(jars)
  return {
    name: 'StorageTool',
    command: javaCommand(),
    args: [...options, '-Xlog:class+load', '-cp', join(jars, '*'), 'kafka.tools.StorageTool', 'random-uuid'],
    cwd: folder,
    logFile: join(folder, 'log'),
    ...(onEnd ? { onEnd } : {}),
  }
}

async function sourceOfItsClass(): Promise<string | undefined> {
  const service = await Service.start(program())
  expect(await service.ended).toBe('code 0')
  return /kafka\.tools\.StorageTool source: (.*)/.exec(readFileSync(service.logFile, 'utf8'))?.[1]
}

function archives(): string[] {
  return readdirSync(folder).filter((name) => name.includes('.jsa'))
}

test('a service that ended in order leaves an archive, from which the next one loads its classes', async () => {
  expect(await sourceOfItsClass()).toMatch(/\.jar$/)
  expect(archives()).toEqual([expect.stringMatching(/^jars-classes-[0-9a-f]{12}\.jsa$/)])
  expect(await sourceOfItsClass()).toBe('shared objects file (top)')
})

test('a killed service leaves no archive, and an archive is not used once its jars have changed', async () => {
  const command = program()
  const killed = await Service.start(command)
  const half = command.args.find((arg) => arg.includes('ArchiveClassesAtExit'))?.split('=')[1] as string
  writeFileSync(half, 'what it had written')
  process.kill(killed.process.pid, 'SIGKILL')
  expect(await killed.ended).toBe('signal SIGKILL')
  expect(archives()).toEqual([])
  await sourceOfItsClass()
  rmSync(join(jars, readdirSync(jars).find((name) => name.startsWith('zstd')) as string))
  expect(await sourceOfItsClass()).toMatch(/\.jar$/)
})
