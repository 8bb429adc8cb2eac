import { expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { type Schema, schemas } from '../../catalog/schemas.ts'
import { count, resource, synthesized } from '../stack/test-stack.ts'

const stack = synthesized()
const access = {
  schema_registry_cluster: [{ id: '${data.confluent_schema_registry_cluster.playstream.id}' }],
  rest_endpoint: '${data.confluent_schema_registry_cluster.playstream.rest_endpoint}',
  credentials: [
    {
      key: '${confluent_api_key.provisioner_registry.id}',
      secret: '${confluent_api_key.provisioner_registry.secret}',
    },
  ],
}

test.each(schemas)(
  '$subject is registered as the catalog declares it, in the registry’s layout',
  (schema) => {
    const found = resource(stack, 'confluent_schema', schema.subject)
    expect(found).toMatchObject({ subject_name: schema.subject, format: schema.type, ...access })
    expect(found.schema).toBe(JSON.stringify(JSON.parse(schema.text)))
  },
)

test.each(schemas)(
  '$subject has the catalog’s compatibility, created after the schema and deleted before it',
  (schema) => {
    expect(resource(stack, 'confluent_subject_config', schema.subject)).toEqual({
      subject_name: `\${confluent_schema.${schema.subject}.subject_name}`,
      compatibility_level: schema.compatibility,
      ...access,
    })
  },
)

test('no other schema is registered', () => {
  expect(count(stack, 'confluent_schema')).toBe(schemas.length)
  expect(count(stack, 'confluent_subject_config')).toBe(schemas.length)
})

test('a union refers to the versions of its types that this stack registers', () => {
  expect(resource(stack, 'confluent_schema', 'game-events-value').schema_reference).toEqual(
    ['health', 'position'].map((type) => ({
      name: `playstream.Player${type.replace(/^./, (letter) => letter.toUpperCase())}`,
      subject_name: `\${confluent_schema.player-${type}.subject_name}`,
      // Unknown in a plan that changes the type's text, so that the union is updated in the same deployment.
      version: `\${(length(terraform_data.player-${type}.id) >= 1) ? confluent_schema.player-${type}.version : null}`,
    })),
  )
})

test.each(schemas)(
  '$subject is validated in a plan exactly where it refers to nothing',
  ({ subject, references }) => {
    const skips = resource(stack, 'confluent_schema', subject).skip_validation_during_plan ?? false
    expect(skips).toBe(references.length > 0)
  },
)

test('a changed text changes the marker that makes the version unknown', () => {
  const { text } = schemas.find(({ subject }) => subject === 'player-health') as Schema
  expect(resource(stack, 'terraform_data', 'player-health')).toEqual({
    triggers_replace: { text: JSON.stringify(JSON.parse(text)) },
  })
})

test('the order of schemas in the catalog does not matter', () => {
  const reversed = synthesized({}, { catalog: { ...catalog, schemas: [...schemas].reverse() } })
  expect(reversed.resource.confluent_schema).toEqual(stack.resource.confluent_schema)
})

test('text that looks like a template in a schema stays text', () => {
  const templated = schemas.map((schema) =>
    schema.type === 'JSON' ? { ...schema, text: '{"title":"${secret} %{if}"}' } : schema,
  )
  const found = synthesized({}, { catalog: { ...catalog, schemas: templated } })
  expect(resource(found, 'confluent_schema', 'transactions-value').schema).toBe(
    '{"title":"$${secret} %%{if}"}',
  )
})
