import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { lineageOf } from '../../catalog/lineage.ts'
import { openLineage } from './openlineage.ts'
import { unseenLineage } from './seen-lineage.ts'

/**
 * The part of OpenLineage 2-0-2 that a JobEvent needs, written after the public list of its fields: no package carries the
 * specification's schema.
 */
const text = { type: 'string', minLength: 1 }
const uri = { type: 'string', format: 'uri' }
const facet = {
  type: 'object',
  required: ['_producer', '_schemaURL'],
  properties: { _producer: uri, _schemaURL: uri },
}
const named = (facets: Record<string, unknown>) => ({
  type: 'object',
  required: ['namespace', 'name'],
  properties: {
    namespace: text,
    name: text,
    facets: { type: 'object', additionalProperties: facet, properties: facets },
  },
})
const documentation = { ...facet, required: [...facet.required, 'description'] }
const jobType = {
  ...facet,
  required: [...facet.required, 'processingType', 'integration'],
  properties: { ...facet.properties, processingType: { enum: ['BATCH', 'STREAMING', 'SERVICE'] } },
}
const dataSets = { type: 'array', items: named({ documentation }) }
const jobEvent = {
  type: 'object',
  required: ['eventTime', 'producer', 'schemaURL', 'job'],
  not: { required: ['run'] },
  properties: {
    eventTime: { type: 'string', format: 'date-time' },
    producer: uri,
    schemaURL: uri,
    job: named({ documentation, jobType }),
    inputs: dataSets,
    outputs: dataSets,
  },
}

const ajv = new Ajv2020({
  formats: { uri: (value: string) => URL.canParse(value), 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ },
})
const isJobEvent = ajv.compile(jobEvent)
const events = openLineage(unseenLineage(lineageOf(catalog)), {
  bootstrapServer: 'broker.example:9092',
  namespace: 'local',
  at: 0,
})

test('every event is a JobEvent of OpenLineage', () => {
  expect(events.length).toBeGreaterThan(15)
  for (const event of events) expect(isJobEvent(event), ajv.errorsText(isJobEvent.errors)).toBe(true)
})

test('the check refuses an event without a job, and a facet without its schema', () => {
  const { job, ...rest } = events[0] as (typeof events)[number]
  expect(isJobEvent(rest)).toBe(false)
  expect(isJobEvent({ ...rest, job: { ...job, facets: { documentation: { description: 'x' } } } })).toBe(
    false,
  )
})

test('a processor’s event names the topics that it reads and writes by OpenLineage’s rule for Kafka', () => {
  const event = events.find(({ job }) => job.name === 'processor:transactions-rekey')
  const namespace = 'kafka://broker.example:9092'
  expect(event?.inputs).toMatchObject([{ namespace, name: 'transactions' }])
  expect(event?.outputs.map(({ name }) => name).sort()).toEqual(['transactions-by-id', 'transactions-dlq'])
})
