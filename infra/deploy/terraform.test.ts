import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { TerraformError } from '../errors.ts'
import { findTerraform, Terraform } from './terraform.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playstream-terraform-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
})

/** A program that stands in for Terraform. */
function program(name: string, script: string): string {
  const file = join(folder, name)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

describe('the program', () => {
  test('is terraform if it is installed, else tofu', () => {
    const tofu = program('bin/tofu', '')
    expect(findTerraform({ PATH: join(folder, 'bin') })).toBe(tofu)
    const terraform = program('bin/terraform', '')
    expect(findTerraform({ PATH: join(folder, 'bin') })).toBe(terraform)
  })

  test('is the one in TERRAFORM_BINARY_NAME, as with cdktf', () => {
    program('bin/terraform', '')
    const tofu = program('bin/tofu', '')
    expect(findTerraform({ PATH: join(folder, 'bin'), TERRAFORM_BINARY_NAME: 'tofu' })).toBe(tofu)
    expect(findTerraform({ PATH: '', TERRAFORM_BINARY_NAME: tofu })).toBe(tofu)
  })

  test('is asked for, with where to get it, if none is installed', () => {
    expect(() => findTerraform({ PATH: folder })).toThrow(TerraformError)
    expect(() => findTerraform({ PATH: folder })).toThrow(/neither terraform nor tofu is installed: https/)
    expect(() => findTerraform({ PATH: folder, TERRAFORM_BINARY_NAME: 'terrafrom' })).toThrow(
      /TERRAFORM_BINARY_NAME is 'terrafrom'/,
    )
  })
})

describe('a run', () => {
  test('passes arguments unchanged, without a shell', async () => {
    const echo = program('terraform', 'for one; do echo "<$one>"; done')
    const { output } = await new Terraform(echo, folder).run(['plan', '-out=$(id) a b', '; true'], 'kept')
    expect(output).toBe('<plan>\n<-out=$(id) a b>\n<; true>\n')
  })

  test('is not interactive: standard input is empty', async () => {
    const asks = program('terraform', 'read answer || echo "nobody, $TF_INPUT"')
    expect((await new Terraform(asks, folder).run(['apply'], 'kept')).output).toBe('nobody, 0\n')
  })

  test('that fails throws an error with Terraform’s message', async () => {
    const fails = program('terraform', 'echo "no such provider" >&2; exit 3')
    const failing = new Terraform(fails, folder).succeed(['init'], 'kept')
    await expect(failing).rejects.toThrow(TerraformError)
    await expect(failing).rejects.toThrow(/terraform init failed with 3:\nno such provider/)
  })

  test('of a program that does not exist throws an error', async () => {
    await expect(new Terraform(join(folder, 'gone'), folder).run(['plan'], 'kept')).rejects.toThrow(
      /does not run/,
    )
  })
})

test('several interrupts at once reach Terraform once, and its end is awaited', async () => {
  // Logs what it gets, and takes a second to stop, as Terraform does while it saves its state.
  const stops = join(folder, 'stops.mjs')
  writeFileSync(
    stops,
    `process.on('SIGINT', () => { console.log('interrupted'); setTimeout(() => { console.log('stopped'); process.exit(0) }, 1_000) })
     setTimeout(() => undefined, 30_000)
     console.log('started')`,
  )
  const terraform = program('terraform', `exec '${process.execPath}' '${stops}'`)
  const script = join(folder, 'run.ts')
  writeFileSync(
    script,
    `import { Terraform } from ${JSON.stringify(join(import.meta.dirname, 'terraform.ts'))}
     const { code } = await new Terraform(${JSON.stringify(terraform)}, ${JSON.stringify(folder)}).run(['apply'], 'shown')
     process.exit(code)`,
  )
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    if (line === 'started') child.kill('SIGINT')
    // The same Ctrl-C, forwarded by the launcher.
    if (line === 'interrupted') child.kill('SIGTERM')
  }
  expect(said).toEqual(['started', 'interrupted', 'stopped'])
  expect(await ended).toBe(0)
})
