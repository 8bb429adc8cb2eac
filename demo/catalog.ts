import type { Admin } from 'kafkajs'
import { schemas } from '../catalog/schemas.ts'
import { topics } from '../catalog/topics.ts'
import type { Profile } from '../kafka/profile.ts'
import { Registry } from '../kafka/registry.ts'
import { applySchemaChange, planSchemas } from '../kafka/schema-plan.ts'
import { applyTopicChange, readTopics } from '../kafka/topic-admin.ts'
import { planTopics } from '../kafka/topic-plan.ts'

/** Brings the cluster and its registry to what the catalog says; deletes nothing. Returns how many changes it made. */
export async function applyCatalog(
  admin: Admin,
  profile: Profile,
): Promise<{ topics: number; schemas: number }> {
  const topicPlan = planTopics(topics, await readTopics(admin), { allowDelete: false })
  for (const change of topicPlan.changes) await applyTopicChange(admin, change)
  const registry = new Registry(profile)
  const schemaPlan = await planSchemas(schemas, registry, { allowDelete: false })
  for (const change of schemaPlan.changes) await applySchemaChange(registry, schemas, change)
  return { topics: topicPlan.changes.length, schemas: schemaPlan.changes.length }
}
