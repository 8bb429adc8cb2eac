import { expect, test } from 'vitest'
import type { Application } from './applications.ts'
import { type Catalog, catalog } from './catalog.ts'
import { checkCatalog } from './check-catalog.ts'
import { CatalogError } from './errors.ts'

type Change = (catalog: Catalog) => Partial<Catalog>

const firstTopic =
  (change: Readonly<Record<string, unknown>>): Change =>
  ({ topics: [first, ...others] }) => ({
    topics: [{ ...first, ...change } as Catalog['topics'][number], ...others],
  })

const references = (...pairs: (readonly [string, string])[]): Change => {
  const subjects = [...new Set(pairs.flat())]
  return () => ({
    schemas: [
      ...catalog.schemas,
      ...subjects.map((subject) => ({
        subject,
        type: 'JSON' as const,
        text: '{}',
        references: pairs.filter(([from]) => from === subject).map(([, to]) => ({ name: to, subject: to })),
        compatibility: 'BACKWARD' as const,
      })),
    ],
  })
}

test('the platform’s own catalog can be deployed', () => {
  expect(() => checkCatalog(catalog)).not.toThrow()
})

test.each<[string, Change, string]>([
  [
    'a topic’s name with a space',
    firstTopic({ name: 'game events' }),
    "the topic name 'game events': use at most 249",
  ],
  ['a topic’s name that is too long', firstTopic({ name: 'x'.repeat(250) }), 'use at most 249 of letters'],
  ['a topic’s name that means a folder', firstTopic({ name: '..' }), "the topic name '..'"],
  [
    'partitions below 1',
    firstTopic({ partitions: 0 }),
    "'game-events' has 0 partitions: it needs a whole number of at least 1",
  ],
  ['half a partition', firstTopic({ partitions: 1.5 }), 'has 1.5 partitions'],
  ['no retention', firstTopic({ retention: { policy: 'delete', ms: 0 } }), 'keeps records for 0 ms'],
  [
    'an undeclared reader',
    firstTopic({ readers: ['dashbord'] }),
    "names the application 'dashbord': declare it in catalog/applications.ts",
  ],
  [
    'an undeclared subject',
    firstTopic({ value: { kind: 'avro', subject: 'nothing' } }),
    "has the subject 'nothing': declare it in catalog/schemas.ts",
  ],
  [
    'a processor with an undeclared input',
    ({ topics }) => ({ topics: topics.filter(({ name }) => name !== 'transactions-by-id') }),
    "processor 'transactions-dedup' reads the topic 'transactions-by-id': declare it in catalog/declared-topics.ts",
  ],
  [
    'a processor with an undeclared output',
    ({ topics }) => ({ topics: topics.filter(({ name }) => name !== 'transactions-unique') }),
    "processor 'transactions-dedup' writes the topic 'transactions-unique': declare it",
  ],
  [
    'two topics of one name',
    ({ topics }) => ({ topics: [...topics, ...topics.slice(0, 1)] }),
    "two topics are called 'game-events': rename one",
  ],
  [
    'an application that cannot name an account',
    ({ applications }) => ({ applications: [...applications, 'Big App' as Application] }),
    "application 'Big App' cannot name an account",
  ],
  [
    'a reference to an undeclared subject',
    ({ schemas }) => ({
      schemas: schemas.map((schema) => ({ ...schema, references: [{ name: 'x', subject: 'nowhere' }] })),
    }),
    "refers to the subject 'nowhere': declare it in catalog/schemas.ts",
  ],
  ['a schema that references itself', references(['a', 'a']), "'a' -> 'a': remove a reference"],
  [
    'schemas that reference each other',
    references(['a', 'b'], ['b', 'c'], ['c', 'a']),
    "in a cycle, 'a' -> 'b' -> 'c' -> 'a': remove a reference",
  ],
  [
    'an application whose prefix covers another application’s groups',
    ({ applications, topics }) => ({
      applications: [...applications, 'order' as Application],
      topics: topics.map((topic) => ({ ...topic, readers: [...topic.readers, 'order' as Application] })),
    }),
    "application 'order' may use every group that begins with 'order-', and so 'order-checker-' of 'order-checker': rename one",
  ],
])('%s is an error that says the fix', (_, change, message) => {
  const check = () => checkCatalog({ ...catalog, ...change(catalog) })
  expect(check).toThrow(CatalogError)
  expect(check).toThrow(message)
})

test('one error names every problem in one line, and each cycle of schemas once', () => {
  const changed = {
    ...catalog,
    ...firstTopic({ partitions: 0, readers: ['x'] })(catalog),
    ...references(['a', 'b'], ['b', 'a'])(catalog),
  }
  let message = ''
  try {
    checkCatalog(changed)
  } catch (error) {
    message = (error as Error).message
  }
  expect(message).toContain('0 partitions')
  expect(message).toContain("'x'")
  expect(message.match(/in a cycle/g)).toHaveLength(1)
  expect(message).not.toContain('\n')
})

test('a schema that is referenced twice is not a cycle', () => {
  const diamond = references(['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd'])
  expect(() => checkCatalog({ ...catalog, ...diamond(catalog) })).not.toThrow()
})
