import type { Schema } from '../../catalog/schemas.ts'
import { ApplyError, RegistryError, UnreachableError } from '../errors.ts'
import { avroTypeOf } from '../registry/avro-type.ts'
import type { Registry } from '../registry/registry.ts'

/** One change that brings the registry in line with the catalog. */
export type SchemaChange =
  | {
      readonly kind: 'register'
      readonly schema: Schema
      /** The latest version; undefined for a new subject. */
      readonly from: number | undefined
      /** Reasons why the schema is incompatible. A change with any reason is never applied. */
      readonly incompatibilities: readonly string[]
    }
  | { readonly kind: 'delete'; readonly subject: string }

export interface SchemaPlan {
  readonly changes: readonly SchemaChange[]
  /** Catalog subjects with later versions from other clients; we keep writing with `version`. */
  readonly superseded: readonly {
    readonly subject: string
    readonly version: number
    readonly latest: number
  }[]
  /** Registry subjects that the catalog does not declare and this plan leaves alone. */
  readonly undeclared: readonly string[]
}

/** The changes that give the registry every schema of the catalog, in the order of their dependencies. */
export async function planSchemas(
  catalog: readonly Schema[],
  registry: Registry,
  options: { readonly allowDelete: boolean },
): Promise<SchemaPlan> {
  const changes: SchemaChange[] = []
  const superseded: SchemaPlan['superseded'][number][] = []
  for (const schema of catalog) {
    const { subject } = schema
    const latest = await registry.latest(subject)
    // A schema that references a changed one is not found either, because it must reference the new version.
    const registered = await registry.lookUp(schema, catalog)
    if (registered) {
      const { version } = registered
      if (latest && latest.version > version) superseded.push({ subject, version, latest: latest.version })
      continue
    }
    const incompatibilities = await findIncompatibilities(registry, catalog, schema)
    changes.push({ kind: 'register', schema, from: latest?.version, incompatibilities })
  }
  const declared = new Set(catalog.map((schema) => schema.subject))
  const undeclared = (await registry.subjects()).filter((subject) => !declared.has(subject))
  if (!options.allowDelete) return { changes, superseded, undeclared }
  return {
    changes: [...changes, ...undeclared.map((subject) => ({ kind: 'delete', subject }) as const)],
    superseded,
    undeclared: [],
  }
}

/**
 * Applies one change. Checks compatibility again, because the registry may have changed since the plan.
 * @throws ApplyError if the schema is incompatible; RegistryError if the registry refuses the change
 */
export async function applySchemaChange(
  registry: Registry,
  catalog: readonly Schema[],
  change: SchemaChange,
): Promise<void> {
  if (change.kind === 'delete') return registry.delete(change.subject)
  const against = await findIncompatibilities(registry, catalog, change.schema)
  if (against.length > 0) {
    throw new ApplyError(
      `schema ${change.schema.subject} is not ${change.schema.compatibility} compatible with version ${change.from}: ${against.join('; ')}`,
    )
  }
  await registry.register(change.schema, catalog)
}

/**
 * Why a schema cannot be its subject's next version; empty if it can. The registry decides, except for a schema with
 * references: it would check with the registered versions of the references, not with those about to be registered, and
 * Apicurio 3.0.9 cannot check references at all. In that case we check here whether the new schema can read data written
 * with the latest version, which is the same rule.
 */
async function findIncompatibilities(
  registry: Registry,
  catalog: readonly Schema[],
  schema: Schema,
): Promise<readonly string[]> {
  if (schema.references.length > 0) return unreadable(registry, catalog, schema)
  const objections = await registry.objections(schema)
  if (objections === undefined || objections.length > 0) return objections ?? []
  // Apicurio gives no reasons.
  const reasons = schema.type === 'AVRO' ? await unreadable(registry, catalog, schema) : []
  return reasons.length > 0 ? reasons : ['the registry does not say why']
}

/** Why the schema cannot read data written with its subject's latest version; empty if it can. */
async function unreadable(
  registry: Registry,
  catalog: readonly Schema[],
  schema: Schema,
): Promise<readonly string[]> {
  const latest = await registry.latest(schema.subject)
  if (!latest) return []
  try {
    const writer = await registry.avroType(latest.id)
    avroTypeOf(schema, catalog).createResolver(writer)
    return []
  } catch (error) {
    if (error instanceof UnreachableError || error instanceof RegistryError) throw error
    return [(error as Error).message]
  }
}
