import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Deployment, requireCloudKey } from './deployment.ts'
import { SettingsError, TerraformError } from './errors.ts'
import { readSettings } from './settings.ts'

describe('the key of Confluent Cloud', () => {
  test.each([
    [{}, 'CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET are not set'],
    [{ CONFLUENT_CLOUD_API_KEY: 'K' }, 'CONFLUENT_CLOUD_API_SECRET is not set'],
    [{ CONFLUENT_CLOUD_API_KEY: ' ', CONFLUENT_CLOUD_API_SECRET: 'S' }, 'CONFLUENT_CLOUD_API_KEY is not set'],
  ])('that is missing is named: %j', (env, message) => {
    expect(() => requireCloudKey(env)).toThrow(SettingsError)
    expect(() => requireCloudKey(env)).toThrow(message)
  })

  test('that is there is enough', () => {
    expect(() =>
      requireCloudKey({ CONFLUENT_CLOUD_API_KEY: 'K', CONFLUENT_CLOUD_API_SECRET: 'S' }),
    ).not.toThrow()
  })
})

describe('a deployment', () => {
  let folder: string
  let log: string

  beforeEach(() => {
    const mask = process.umask()
    folder = mkdtempSync(join(tmpdir(), 'playstream-deployment-'))
    log = join(folder, 'log')
    vi.stubEnv('CDKTF_OUTDIR', join(folder, 'cdktf.out'))
    onTestFinished(() => {
      process.umask(mask)
      vi.unstubAllEnvs()
      rmSync(folder, { recursive: true })
    })
  })

  /** A Terraform that notes what it is asked and plans changes, or whatever a script says. */
  function prepare(plan = 'exit 2', others = ''): Promise<Deployment> {
    const file = join(folder, 'bin', 'terraform')
    mkdirSync(join(folder, 'bin'))
    writeFileSync(
      file,
      `#!/bin/sh
echo "$@" >> ${log}
case "$1" in
  plan) for one; do case "$one" in -out=*) echo secret > "\${one#-out=}"; ls -l "\${one#-out=}" | cut -c1-10 >> ${log};; esac; done; ${plan};;
  state) echo confluent_api_key.dashboard_kafka; echo confluent_api_key.dashboard_registry; echo confluent_kafka_topic.logs;;
  ${others}
esac`,
    )
    chmodSync(file, 0o755)
    const path = `${join(folder, 'bin')}:${process.env.PATH}`
    return Deployment.prepare(readSettings({}, {}), { ...process.env, PATH: path })
  }

  const asked = () => readFileSync(log, 'utf8').split('\n').filter(Boolean)
  const planFile = () => /-out=(\S+)/.exec(readFileSync(log, 'utf8'))?.[1] ?? ''

  test('applies the very plan that was shown, which only its owner can read, and removes it', async () => {
    const deployment = await prepare()
    const plan = await deployment.plan()
    expect(plan.hasChanges).toBe(true)
    expect(asked()).toContain('-rw-------')
    await plan.apply()
    expect(asked().at(-1)).toMatch(new RegExp(`^apply .*${planFile()}$`))
    expect(existsSync(planFile())).toBe(true)
    plan.discard()
    expect(existsSync(planFile())).toBe(false)
  })

  test('knows when there is nothing to change', async () => {
    const plan = await (await prepare('exit 0')).plan()
    expect(plan.hasChanges).toBe(false)
    plan.discard()
  })

  test('leaves no plan behind where planning fails', async () => {
    const deployment = await prepare('exit 1')
    await expect(deployment.plan()).rejects.toThrow(TerraformError)
    expect(planFile()).not.toBe('')
    expect(existsSync(planFile())).toBe(false)
  })

  test('renews all keys of an account, and no others', async () => {
    const deployment = await prepare()
    const plan = await deployment.plan({ renew: ['dashboard'] })
    plan.discard()
    const planned = asked().find((line) => line.startsWith('plan')) ?? ''
    expect(planned.match(/-replace=\S+/g)).toEqual([
      '-replace=confluent_api_key.dashboard_kafka',
      '-replace=confluent_api_key.dashboard_registry',
    ])
  })

  test('has no keys to renew of an account that is not deployed', async () => {
    const deployment = await prepare()
    await expect(deployment.plan({ renew: ['operator'] })).rejects.toThrow(/account 'operator'/)
  })

  test('says what a plan takes away', async () => {
    const changes = JSON.stringify({
      resource_changes: [
        { type: 'confluent_kafka_topic', name: 'logs', change: { actions: ['delete'] } },
        { type: 'confluent_api_key', name: 'x_kafka', change: { actions: ['create', 'delete'] } },
        { type: 'confluent_schema', name: 'y', change: { actions: ['no-op'] } },
      ],
    })
    const deployment = await prepare('exit 2', `show) echo '${changes}';;`)
    const plan = await deployment.plan({ destroy: true })
    expect(await plan.losses()).toEqual([
      { type: 'kafka_topic', name: 'logs' },
      { type: 'api_key', name: 'x_kafka' },
    ])
    plan.discard()
    expect(asked().find((line) => line.startsWith('plan'))).toContain(' -destroy')
  })

  test('tells its outputs by name', async () => {
    const outputs = JSON.stringify({ stage: { value: 'dev', sensitive: false } })
    const deployment = await prepare('exit 0', `output) echo '${outputs}';;`)
    expect(await deployment.outputs()).toEqual({ stage: 'dev' })
  })
})
