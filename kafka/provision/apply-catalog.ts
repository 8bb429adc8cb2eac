import type { Admin } from 'kafkajs'
import { catalog } from '../../catalog/catalog.ts'
import { checkCatalog } from '../../catalog/check-catalog.ts'
import { schemas } from '../../catalog/schemas.ts'
import { topics } from '../../catalog/topics.ts'
import type { Profile } from '../profile/profile.ts'
import { Registry } from '../registry/registry.ts'
import { applySchemaChange, planSchemas } from './schema-admin.ts'
import { applyTopicChanges, readTopics } from './topic-admin.ts'
import { planTopics } from './topic-plan.ts'

/**
 * Brings the cluster and its registry in line with the catalog; deletes nothing.
 * @throws CatalogError before any change if a cluster or the cloud would refuse the catalog
 */
export async function applyCatalog(admin: Admin, profile: Profile): Promise<void> {
  checkCatalog(catalog)
  const topicPlan = planTopics(topics, await readTopics(admin), { allowDelete: false })
  await applyTopicChanges(admin, topicPlan.changes)
  const registry = new Registry(profile)
  const schemaPlan = await planSchemas(schemas, registry, { allowDelete: false })
  for (const change of schemaPlan.changes) await applySchemaChange(registry, schemas, change)
}
