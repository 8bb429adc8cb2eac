import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { PlanRefusedError, TerraformError } from '../errors.ts'
import { readSettings } from '../settings/settings.ts'
import { Deployment } from './deployment.ts'

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

  /** A Terraform that logs its arguments and plans changes, unless a script says otherwise. */
  function prepare(plan = 'exit 2', others = ''): Promise<Deployment> {
    const file = join(folder, 'bin', 'terraform')
    mkdirSync(join(folder, 'bin'))
    writeFileSync(
      file,
      `#!/bin/sh
echo "$@" >> ${log}
case "$1" in
  plan) for one; do case "$one" in -out=*) echo secret > "\${one#-out=}"; ls -l "\${one#-out=}" | cut -c1-10 >> ${log};; esac; done; ${plan};;
  state) [ -f ${join(folder, 'bin', 'listed')} ] && { cat ${join(folder, 'bin', 'listed')}; exit 0; }; echo confluent_api_key.dashboard_kafka; echo confluent_api_key.dashboard_registry; echo confluent_kafka_topic.logs;;
  ${others}
esac`,
    )
    chmodSync(file, 0o755)
    const path = `${join(folder, 'bin')}:${process.env.PATH}`
    return Deployment.prepare(readSettings({}, {}), { ...process.env, PATH: path })
  }

  const asked = () => readFileSync(log, 'utf8').split('\n').filter(Boolean)
  const planFile = () => /-out=(\S+)/.exec(readFileSync(log, 'utf8'))?.[1] ?? ''

  test('applies exactly the plan that was shown, keeps it private, and removes it', async () => {
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

  test('reports when there is nothing to change', async () => {
    const plan = await (await prepare('exit 0')).plan()
    expect(plan.hasChanges).toBe(false)
    plan.discard()
  })

  test('leaves no plan behind if planning fails', async () => {
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

  test('refuses to renew the keys of an account that is not deployed', async () => {
    const deployment = await prepare()
    await expect(deployment.plan({ renew: ['operator'] })).rejects.toThrow(/account 'operator'/)
  })

  test('lists what a plan deletes', async () => {
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

  /** A Terraform whose state is `held`, and that shows `planned` for a plan file. */
  function holding(held: readonly object[], planned: object, others = '', plan = 'exit 2') {
    writeFileSync(join(folder, 'held.json'), JSON.stringify({ values: { root_module: { resources: held } } }))
    writeFileSync(join(folder, 'planned.json'), JSON.stringify(planned))
    return prepare(
      plan,
      `show) case "$3" in -no-color) cat ${join(folder, 'held.json')};; *) cat ${join(folder, 'planned.json')};; esac;;
  ${others}`,
    )
  }
  const of = (address: string, values: object, tainted = false) => {
    const [type, name] = address.split('.')
    return { address, type, name, mode: 'managed', tainted, values }
  }
  const planned = (address: string, ...actions: string[]) => {
    const [type, name] = address.split('.')
    return { address, type, name, mode: 'managed', change: { actions } }
  }

  test('untaints resources that an interrupt left complete, and no others', async () => {
    const topic = { id: 'lkc-1/logs', topic_name: 'logs', partitions_count: 6 }
    const deployment = await holding(
      [
        of('confluent_kafka_topic.logs', topic, true),
        of('confluent_kafka_topic.other', topic),
        of('confluent_api_key.x_kafka', { id: 'K', secret: null }, true),
      ],
      {},
    )
    expect(await deployment.settle()).toEqual(['confluent_kafka_topic.logs'])
    expect(asked().filter((line) => line.startsWith('untaint'))).toEqual([
      'untaint -no-color confluent_kafka_topic.logs',
    ])
  })

  test('releases the schemas that a plan would delete, and none that it changes or replaces', async () => {
    const deployment = await holding([], {
      resource_changes: [
        planned('confluent_schema.player-health', 'delete'),
        planned('confluent_subject_config.player-health', 'delete'),
        planned('confluent_schema.player-position', 'update'),
        planned('confluent_schema.game-events-value', 'delete', 'create'),
        planned('confluent_kafka_topic.logs', 'delete'),
      ],
    })
    const plan = await deployment.plan({ destroy: true })
    expect(await deployment.releaseSchemas(plan)).toEqual(['player-health'])
    expect(asked().at(-1)).toBe(
      'state rm confluent_schema.player-health confluent_subject_config.player-health',
    )
    plan.discard()
  })

  test('refuses a plan to destroy that would leave resources of the state behind, and applies nothing', async () => {
    const deployment = await holding([], {
      resource_changes: [planned('confluent_kafka_topic.logs', 'delete')],
    })
    const plan = await deployment.plan({ destroy: true })
    await expect(deployment.check(plan, { destroy: true })).rejects.toThrow(PlanRefusedError)
    plan.discard()
    expect(asked().some((line) => line.startsWith('apply'))).toBe(false)
  })

  test('refuses to destroy nothing while the state contains resources', async () => {
    const deployment = await holding([], {}, '', 'exit 0')
    const plan = await deployment.plan({ destroy: true })
    await expect(deployment.check(plan, { destroy: true })).rejects.toThrow(PlanRefusedError)
    plan.discard()
  })

  test('refuses a plan that deletes more than the confirmed one', async () => {
    const deployment = await holding([], {
      resource_changes: [planned('confluent_kafka_topic.logs', 'delete')],
    })
    const confirmed = await deployment.plan()
    await confirmed.changes()
    writeFileSync(
      join(folder, 'planned.json'),
      JSON.stringify({ resource_changes: [planned('confluent_kafka_topic.game-events', 'delete')] }),
    )
    const again = await deployment.plan()
    await expect(deployment.requireWithin(again, confirmed)).rejects.toThrow('kafka_topic.game-events')
    for (const one of [confirmed, again]) one.discard()
  })

  test('renews the provisioner’s keys without reading resources that need them, and removes a deleted key from the state', async () => {
    const deployment = await holding(
      [],
      { resource_drift: [planned('confluent_api_key.provisioner_kafka', 'delete')] },
      '',
      'case "$*" in *-refresh-only*|*-replace*) exit 2;; *) exit 1;; esac',
    )
    writeFileSync(
      join(folder, 'bin', 'listed'),
      'confluent_service_account.provisioner\nconfluent_api_key.provisioner_kafka\nconfluent_api_key.provisioner_registry\n',
    )
    const plan = await deployment.plan({ renew: ['provisioner'] })
    plan.discard()
    expect(asked()).toContain('state rm confluent_api_key.provisioner_kafka')
    const line = asked().findLast((one) => one.startsWith('plan')) ?? ''
    expect(line).toContain(' -refresh=false')
    expect(line.match(/-replace=\S+/g)).toEqual(['-replace=confluent_api_key.provisioner_registry'])
  })

  test('imports a topic that existed already, with the provisioner’s key in no argument', async () => {
    const deployment = await holding(
      [
        of('confluent_kafka_cluster.playstream', { id: 'lkc-1', rest_endpoint: 'https://lkc-1.example' }),
        of('confluent_api_key.provisioner_kafka', { id: 'KEY', secret: 'hush' }),
      ],
      {},
      `import) echo "$IMPORT_KAFKA_ID $IMPORT_KAFKA_REST_ENDPOINT $IMPORT_KAFKA_API_KEY $IMPORT_KAFKA_API_SECRET" >> ${log};;
  apply) printf "Error: Topic 'logs' already exists.\\n\\n  with confluent_kafka_topic.logs,\\n" >&2; exit 1;;`,
    )
    const plan = await deployment.plan()
    await expect(deployment.apply(plan)).rejects.toThrow(
      'confluent_kafka_topic.logs existed already and is in the state now; run this again',
    )
    plan.discard()
    const [asks, variables] = asked().slice(-2)
    expect(asks).toMatch(/^import .*confluent_kafka_topic\.logs lkc-1\/logs$/)
    expect(asks).not.toContain('hush')
    expect(variables).toBe('lkc-1 https://lkc-1.example KEY hush')
  })

  test('returns its outputs by name', async () => {
    const outputs = JSON.stringify({ stage: { value: 'dev', sensitive: false } })
    const deployment = await prepare('exit 0', `output) echo '${outputs}';;`)
    expect(await deployment.outputs()).toEqual({ stage: 'dev' })
  })
})
