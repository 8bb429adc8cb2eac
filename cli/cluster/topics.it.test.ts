import { expect, test } from 'vitest'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { catalogTopics } from '../../sql/apply/catalog-topics.ts'
import { ownCluster } from '../testing/test-own-cluster.ts'
import { playstream } from '../testing/test-playstream.ts'

const cluster = ownCluster()
const { home } = cluster

test('the SQL engines’ topics are made for who asks for them or applies an engine, and kept as the catalog says', async () => {
  const admin = await connectAdmin(cluster.profile, 'test')
  const forSql = async () => (await admin.listTopics()).filter((name) => name.startsWith('sql-'))
  expect(await forSql()).toEqual([])
  expect(await playstream(home, 'topics', 'diff')).toMatchObject({ code: 0 })
  expect(await playstream(home, 'topics', 'diff', '--with-sql')).toMatchObject({ code: 3 })

  // What an engine's scripts write is made when they are applied.
  await catalogTopics(admin).require(['transactions', 'sql-deployments', 'sql-transactions-read'])
  expect((await forSql()).sort()).toEqual(['sql-deployments', 'sql-transactions-read'])

  // Nobody asks for them, and they are no strangers either.
  const { code, output } = await playstream(home, 'topics', 'diff', '--allow-delete')
  expect({ code, output }).toEqual({ code: 0, output: 'nothing to do: everything matches the catalog' })

  expect(await playstream(home, 'topics', 'apply', '--with-sql')).toMatchObject({ code: 0 })
  expect(await playstream(home, 'topics', 'diff', '--with-sql')).toMatchObject({ code: 0 })
  expect((await forSql()).length).toBeGreaterThan(2)
  await admin.disconnect()
})
