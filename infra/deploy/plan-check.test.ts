import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PlanRefusedError } from '../errors.ts'
import type { Change } from './missing-resources.ts'
import { checkPlan } from './plan-check.ts'

const ADDRESSES = [
  'confluent_environment.playstream',
  'confluent_kafka_cluster.playstream',
  'confluent_service_account.dashboard',
  'confluent_service_account.operator',
  'confluent_api_key.dashboard_kafka',
  'confluent_api_key.operator_kafka',
  'confluent_role_binding.provisioner_cluster',
  'confluent_role_binding.provisioner_own-subjects',
  'confluent_kafka_topic.logs',
  'confluent_kafka_topic.game-events',
  'confluent_schema.player-health',
  'terraform_data.player-health',
]

function change(address: string, ...actions: string[]): Change {
  const [type = '', name = ''] = address.split('.')
  return { address, type, name, actions }
}

function check(changes: readonly Change[], options: Partial<Parameters<typeof checkPlan>[0]> = {}): void {
  checkPlan({
    stage: 'dev',
    changes,
    inState: ADDRESSES,
    destroy: false,
    protect: false,
    command: 'terraform -chdir=/stack',
    ...options,
  })
}

describe('a plan to destroy', () => {
  test('that deletes everything in the state is accepted', () => {
    expect(() =>
      check(
        ADDRESSES.map((one) => change(one, 'delete')),
        { destroy: true },
      ),
    ).not.toThrow()
  })

  test('that leaves out any resource of the state is refused', () => {
    const parts = fc.subarray(ADDRESSES, { maxLength: ADDRESSES.length - 1 })
    fc.assert(
      fc.property(parts, (deleted) => {
        const changes = deleted.map((one) => change(one, 'delete'))
        expect(() => check(changes, { destroy: true })).toThrow(PlanRefusedError)
      }),
    )
  })

  test('that misses the environment is refused with its name, the 403, and the command after a deletion by hand', () => {
    const topics = ADDRESSES.slice(2).map((one) => change(one, 'delete'))
    expect(() => check(topics, { destroy: true })).toThrow(
      "nothing was destroyed: confluent_environment.playstream, confluent_kafka_cluster.playstream of the stage dev would stay, because the cloud key may not see them (the provider takes a 403 for \"gone\"), or they were deleted by hand; give the key's account OrganizationAdmin, or, after a deletion by hand, take them out of the state and try again: terraform -chdir=/stack state list | grep -vE '^(data\\.|confluent_service_account\\.)' | xargs terraform -chdir=/stack state rm",
    )
  })

  test('that misses one topic is refused with the command for that topic alone', () => {
    const rest = ADDRESSES.filter((one) => one !== 'confluent_kafka_topic.logs').map((one) =>
      change(one, 'delete'),
    )
    expect(() => check(rest, { destroy: true })).toThrow(
      /try again: terraform -chdir=\/stack state rm confluent_kafka_topic\.logs$/,
    )
  })

  test('of a stage that is not deployed is accepted', () => {
    expect(() => check([], { destroy: true, inState: [] })).not.toThrow()
  })
})

describe('a plan to deploy', () => {
  test.each([
    ['the environment', ['confluent_environment.playstream']],
    ['the cluster', ['confluent_kafka_cluster.playstream']],
    ['an account', ['confluent_service_account.dashboard']],
    ['all keys', ['confluent_api_key.dashboard_kafka', 'confluent_api_key.operator_kafka']],
    [
      'all roles',
      ['confluent_role_binding.provisioner_cluster', 'confluent_role_binding.provisioner_own-subjects'],
    ],
  ])('that creates %s which is in the state is refused', (_, addresses) => {
    const changes = [
      ...addresses.map((one) => change(one, 'create')),
      change(ADDRESSES[8] as string, 'no-op'),
    ]
    expect(() => check(changes)).toThrow(PlanRefusedError)
    expect(() => check(changes)).toThrow(`nothing was changed: the plan creates ${addresses.join(', ')}`)
  })

  test('that creates one key again is accepted: a leaked key is deleted in the console', () => {
    expect(() => check([change('confluent_api_key.dashboard_kafka', 'create')])).not.toThrow()
  })

  test('that creates resources which are not in the state is accepted', () => {
    expect(() =>
      check(
        ADDRESSES.map((one) => change(one, 'create')),
        { inState: [] },
      ),
    ).not.toThrow()
  })

  test('that renews keys, or replaces the cluster because its settings changed, is accepted', () => {
    const changes = [
      change('confluent_api_key.dashboard_kafka', 'create', 'delete'),
      change('confluent_api_key.operator_kafka', 'create', 'delete'),
      change('confluent_kafka_cluster.playstream', 'delete', 'create'),
    ]
    expect(() => check(changes)).not.toThrow()
  })
})

describe('a plan for a protected stage', () => {
  test('that destroys topics is refused with the topics’ names', () => {
    const changes = [
      change('confluent_kafka_topic.logs', 'delete'),
      change('confluent_kafka_topic.renamed', 'create'),
      change('confluent_kafka_topic.game-events', 'delete', 'create'),
    ]
    expect(() => check(changes, { protect: true, stage: 'prod' })).toThrow(
      'nothing was changed: the stage prod is protected, and the plan destroys with all records topic logs, topic game-events: declare what was removed or renamed again, or add --protect off',
    )
    expect(() => check(changes)).not.toThrow()
  })

  test('that destroys the environment or the cluster is refused', () => {
    for (const address of ADDRESSES.slice(0, 2))
      expect(() => check([change(address, 'delete')], { protect: true })).toThrow(PlanRefusedError)
  })

  test('that changes and adds topics, and removes permissions, is accepted', () => {
    const changes = [
      change('confluent_kafka_topic.logs', 'update'),
      change('confluent_kafka_topic.new', 'create'),
      change('confluent_kafka_acl.x', 'delete'),
    ]
    expect(() => check(changes, { protect: true })).not.toThrow()
  })
})
