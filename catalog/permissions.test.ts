import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aclName, aclsOf } from '../infra/permissions/acls.ts'
import { grantName, grantsOf } from '../infra/permissions/roles.ts'
import { type Application, applications } from './applications.ts'
import { catalog } from './catalog.ts'
import { permissionsOf, subjectsOf } from './permissions.ts'

const names = Object.keys(applications) as Application[]
const some = fc.uniqueArray(fc.constantFrom(...names))

/** The platform’s topics with arbitrary writers and readers. */
const catalogs = fc
  .tuple(
    ...catalog.topics.map((topic) =>
      fc.record({ writers: some, readers: some }).map((who) => ({ ...topic, ...who })),
    ),
  )
  .map((topics) => ({ ...catalog, topics }))

test('an application may access its own topics and no others, for any writers and readers', () => {
  fc.assert(
    fc.property(catalogs, fc.constantFrom(...names), (changed, name) => {
      const topics = permissionsOf(name, changed).filter(({ resource }) => resource === 'topic')
      const expected = changed.topics.flatMap((topic) => [
        ...(topic.writers.includes(name) ? [`write ${topic.name}`] : []),
        ...(topic.readers.includes(name) ? [`read ${topic.name}`] : []),
      ])
      expect(topics.map((one) => `${one.access} ${'name' in one ? one.name : ''}`).sort()).toEqual(
        expected.sort(),
      )
    }),
  )
})

test('no ACL entry and no role is granted twice, because each needs a unique address', () => {
  fc.assert(
    fc.property(catalogs, fc.constantFrom(...names), (changed, name) => {
      const permissions = permissionsOf(name, changed)
      for (const granted of [aclsOf(permissions).map(aclName), grantsOf(permissions).map(grantName)])
        expect(new Set(granted).size).toBe(granted.length)
    }),
  )
})

test('an application that writes only in its processors’ transactions may not write idempotently', () => {
  const access = permissionsOf('dedup-processor', catalog).map((permission) => permission.access)
  expect(access).toContain('write')
  expect(access).not.toContain('write-idempotently')
})

test('a processor’s application may use the processor’s group and transactional ids', () => {
  expect(permissionsOf('dedup-processor', catalog)).toEqual(
    expect.arrayContaining([
      { access: 'read', resource: 'group', name: 'transactions-dedup', isPrefix: false },
      { access: 'write', resource: 'transactional-id', name: 'transactions-dedup-', isPrefix: true },
    ]),
  )
})

test('the operator may replay the dead letters of every processor', () => {
  const groups = permissionsOf('operator', catalog).flatMap((one) =>
    'isPrefix' in one && !one.isPrefix ? [one.name] : [],
  )
  expect(new Set(groups)).toEqual(new Set(catalog.processors.map(({ input }) => `dlq-replay-${input}`)))
})

test('an application without topics has no permissions', () => {
  const silent = { ...catalog, topics: [], processors: [] }
  for (const name of names) {
    expect(permissionsOf(name, silent)).toEqual([])
    expect(subjectsOf(name, silent)).toEqual([])
  }
})

test('the SQL engine may use its own transactional ids, for the record of deployments', () => {
  expect(permissionsOf('sql-engine', catalog)).toContainEqual({
    access: 'write',
    resource: 'transactional-id',
    name: 'sql-engine-',
    isPrefix: true,
  })
})
