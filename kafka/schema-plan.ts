import type { Schema } from '../catalog/schemas.ts'
import { avroTypeOf } from './avro-type.ts'
import { ApplyError, RegistryError, UnreachableError } from './errors.ts'
import type { Registry } from './registry.ts'

/** One step from the registry as it is to the catalog. */
export type SchemaChange =
  | {
      readonly kind: 'register'
      readonly schema: Schema
      /** The version in force; undefined for a new subject. */
      readonly from: number | undefined
      /** What the registry holds against it. Such a change is never applied. */
      readonly incompatibilities: readonly string[]
    }
  | { readonly kind: 'delete'; readonly subject: string }

export interface SchemaPlan {
  readonly changes: readonly SchemaChange[]
  /** Subjects of the catalog that others have given later versions: ours stays the one that we write with. */
  readonly superseded: readonly {
    readonly subject: string
    readonly version: number
    readonly latest: number
  }[]
  /** Subjects of the registry that the catalog does not declare and this plan leaves alone. */
  readonly undeclared: readonly string[]
}

/** The steps after which the registry has every schema of the catalog, in the order in which they can be made. */
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
    // What refers to a schema that changes is not there either, for it must refer to the new version.
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
 * Makes one change. Compatibility is asked again, for the registry may have changed since the plan.
 * @throws ApplyError where the schema is incompatible; RegistryError where the registry refuses
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
 * What stands against a schema as its subject's next version. The registry is asked, but for a schema with references:
 * it would check against the versions that are registered, not the ones that are about to be, and Apicurio 3.0.9 cannot
 * check one with references at all. There the question is answered here, and it is the same: can the new schema read
 * what was written with the latest?
 */
async function findIncompatibilities(
  registry: Registry,
  catalog: readonly Schema[],
  schema: Schema,
): Promise<readonly string[]> {
  if (schema.references.length > 0) return unreadable(registry, catalog, schema)
  const objections = await registry.objections(schema)
  if (objections === undefined || objections.length > 0) return objections ?? []
  // Apicurio says no without a reason.
  const reasons = schema.type === 'AVRO' ? await unreadable(registry, catalog, schema) : []
  return reasons.length > 0 ? reasons : ['the registry does not say why']
}

/** Why the schema cannot read what was written with its subject's latest version; empty where it can. */
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
