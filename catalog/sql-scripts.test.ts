import { expect, test } from 'vitest'
import { ENGINES } from '../sql/engines.ts'
import { sqlScripts } from './sql-scripts.ts'
import { topicNamed } from './topics.ts'

interface Topics {
  readonly inputs: ReadonlySet<string>
  readonly outputs: ReadonlySet<string>
}

/** What the jobs of Flink read and write. */
function jobsOfFlink(): Map<string, Topics> {
  const objects = ENGINES.flink.retentions.flatMap((retention) => ENGINES.flink.objects(retention))
  return new Map(
    objects.map(({ name, job }) => [
      name.replace(/^playstream-/, ''),
      { inputs: new Set(job?.readsTopics), outputs: new Set(job?.fillsTopics) },
    ]),
  )
}

/** What the queries in each script of ksqlDB read and write, for all retentions together. */
function scriptsOfKsqlDb(): Map<string, Topics> {
  const found = new Map<string, { inputs: Set<string>; outputs: Set<string> }>()
  for (const retention of ENGINES.ksqldb.retentions) {
    const objects = ENGINES.ksqldb.objects(retention)
    const topicOf = new Map(objects.map(({ name, topic }) => [name, topic]))
    for (const { statement, reads, topic, runsQuery } of objects) {
      if (!runsQuery) continue
      const script = statement.file.replace(/^\d+-|\..*$/g, '')
      const { inputs, outputs } = found.get(script) ?? { inputs: new Set(), outputs: new Set() }
      for (const source of reads) inputs.add(String(topicOf.get(source)))
      outputs.add(String(topic))
      found.set(script, { inputs, outputs })
    }
  }
  return found
}

test.each([
  ['flink', jobsOfFlink],
  ['ksqldb', scriptsOfKsqlDb],
] as const)('the declared scripts of %s read and write what their statements do', (engine, real) => {
  const declared = sqlScripts.filter((script) => script.engine === engine)
  const asDeclared = declared.map(({ name, inputs, outputs }): [string, Topics] => [
    name,
    { inputs: new Set(inputs), outputs: new Set(outputs) },
  ])
  expect(new Map(asDeclared)).toEqual(real())
})

test.each(sqlScripts)(
  'the SQL engine may read the inputs of $engine’s $name and write its outputs',
  (script) => {
    for (const input of script.inputs) expect(topicNamed(input).readers).toContain('sql-engine')
    for (const output of script.outputs) expect(topicNamed(output).writers).toContain('sql-engine')
  },
)
