import type { Catalog } from './catalog.ts'
import { CatalogError } from './errors.ts'
import { permissionsOf } from './permissions.ts'

/** Kafka's rule for topic names; the Terraform provider has the same rule. */
const TOPIC_NAME = /^[A-Za-z0-9._-]{1,249}$/

/** Part of the display names of accounts and keys, short enough for the stage before it and the service after it. */
const APPLICATION_NAME = /^[a-z][a-z0-9-]{0,39}$/

/**
 * Checks what the provider or the cloud would refuse only half-way through a deployment.
 * @throws CatalogError that names every problem with its fix
 */
export function checkCatalog(catalog: Catalog): void {
  const problems = [
    ...repeated(catalog),
    ...applicationProblems(catalog),
    ...topicProblems(catalog),
    ...processorProblems(catalog),
    ...sharedNames(catalog),
    ...schemaProblems(catalog),
  ]
  if (problems.length > 0) throw new CatalogError(`the catalog cannot be deployed: ${problems.join('; ')}`)
}

function repeated({ topics, schemas, processors }: Catalog): string[] {
  const twice = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index)
  return [
    ...twice(topics.map(({ name }) => name)).map((name) => `two topics are called '${name}': rename one`),
    ...twice(schemas.map(({ subject }) => subject)).map(
      (subject) => `two schemas have the subject '${subject}': rename one`,
    ),
    ...twice(processors.map(({ name }) => name)).map(
      (name) => `two processors are called '${name}', and would share a consumer group: rename one`,
    ),
  ]
}

function applicationProblems({ applications }: Catalog): string[] {
  return applications
    .filter((name) => !APPLICATION_NAME.test(name))
    .map(
      (name) =>
        `application '${name}' cannot name an account: use at most 40 of a-z, 0-9 and -, a letter first`,
    )
}

function topicProblems({ topics, applications, schemas }: Catalog): string[] {
  return topics.flatMap(({ name, partitions, retention, value, writers, readers }) => {
    const problems: string[] = []
    if (!TOPIC_NAME.test(name) || name === '.' || name === '..')
      problems.push(
        `Kafka refuses the topic name '${name}': use at most 249 of letters, digits, period, _ and -`,
      )
    if (!Number.isInteger(partitions) || partitions < 1)
      problems.push(`topic '${name}' has ${partitions} partitions: it needs a whole number of at least 1`)
    if (retention.policy === 'delete' && !(Number.isInteger(retention.ms) && retention.ms > 0))
      problems.push(
        `topic '${name}' keeps records for ${retention.ms} ms: it needs a whole number of at least 1`,
      )
    for (const who of new Set([...writers, ...readers])) {
      if (!applications.includes(who))
        problems.push(`topic '${name}' names the application '${who}': declare it in catalog/applications.ts`)
    }
    const subject = value.kind === 'bytes' ? undefined : value.subject
    if (subject !== undefined && !schemas.some((schema) => schema.subject === subject))
      problems.push(`topic '${name}' has the subject '${subject}': declare it in catalog/schemas.ts`)
    return problems
  })
}

function processorProblems({ processors, topics, applications }: Catalog): string[] {
  const declared = new Set(topics.map(({ name }) => name))
  return processors.flatMap(({ name, application, input, outputs }) => [
    ...(applications.includes(application)
      ? []
      : [
          `processor '${name}' belongs to the application '${application}': declare it in catalog/applications.ts`,
        ]),
    ...(declared.has(input)
      ? []
      : [`processor '${name}' reads the topic '${input}': declare it in catalog/declared-topics.ts`]),
    ...outputs
      .filter((output) => !declared.has(output))
      .map(
        (output) =>
          `processor '${name}' writes the topic '${output}': declare it in catalog/declared-topics.ts`,
      ),
  ])
}

/** Names of groups and transactional ids that a prefix of another application covers: its permission would include them. */
function sharedNames(catalog: Catalog): string[] {
  const owned = catalog.applications.flatMap((application) =>
    permissionsOf(application, catalog).flatMap((permission) =>
      'isPrefix' in permission ? [{ application, ...permission }] : [],
    ),
  )
  return owned.flatMap((one) =>
    owned
      .filter(
        (other) =>
          one.isPrefix &&
          other.application !== one.application &&
          other.resource === one.resource &&
          other.name.startsWith(one.name),
      )
      .map(
        (other) =>
          `application '${one.application}' may use every ${one.resource} that begins with '${one.name}', and so ` +
          `'${other.name}' of '${other.application}': rename one`,
      ),
  )
}

function schemaProblems({ schemas }: Catalog): string[] {
  const declared = new Map(schemas.map((schema) => [schema.subject, schema]))
  const undeclared = schemas.flatMap(({ subject, references }) =>
    references
      .filter((reference) => !declared.has(reference.subject))
      .map(
        (reference) =>
          `schema '${subject}' refers to the subject '${reference.subject}': declare it in catalog/schemas.ts`,
      ),
  )
  const cycles = new Map<string, string>()
  const walk = (subject: string, path: readonly string[]) => {
    const start = path.indexOf(subject)
    if (start >= 0) {
      const cycle = path.slice(start)
      const shown = [...cycle, subject].map((one) => `'${one}'`).join(' -> ')
      const key = [...cycle].sort().join('\n')
      if (!cycles.has(key))
        cycles.set(key, `schemas reference each other in a cycle, ${shown}: remove a reference`)
      return
    }
    for (const reference of declared.get(subject)?.references ?? [])
      walk(reference.subject, [...path, subject])
  }
  for (const subject of declared.keys()) walk(subject, [])
  return [...undeclared, ...cycles.values()]
}
