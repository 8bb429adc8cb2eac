import { expect, test } from 'vitest'
import { resource, synthesized } from '../stack/test-stack.ts'

test('the environment has the registry’s package and the stage in its name', () => {
  expect(resource(synthesized({ stage: 'staging' }), 'confluent_environment', 'playstream')).toEqual({
    display_name: 'playstream-staging',
    stream_governance: [{ package: 'ESSENTIALS' }],
  })
})

test('the package is the one in the settings', () => {
  const { stream_governance } = resource(
    synthesized({ governance: 'advanced' }),
    'confluent_environment',
    'playstream',
  )
  expect(stream_governance).toEqual([{ package: 'ADVANCED' }])
})
