import type { Schema } from '../catalog/schemas.ts'
import { ApplyError } from './errors.ts'
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
  /** Subjects of the registry that the catalog does not declare and this plan leaves alone. */
  readonly undeclared: readonly string[]
}

/** The steps that make the registry's latest versions what the catalog says, in the order in which they can be made. */
export async function planSchemas(
  catalog: readonly Schema[],
  registry: Registry,
  options: { readonly allowDelete: boolean },
): Promise<SchemaPlan> {
  const changes: SchemaChange[] = []
  const changing = new Set<string>()
  for (const schema of catalog) {
    const latest = await registry.latest(schema.subject)
    const registered = await registry.lookUp(schema)
    // What refers to a schema that changes must be registered again, to refer to its new version.
    const followsAnother = schema.references.some((reference) => changing.has(reference.subject))
    if (!followsAnother && registered && registered.version === latest?.version) continue
    changing.add(schema.subject)
    const incompatibilities = await registry.incompatibilities(schema)
    changes.push({ kind: 'register', schema, from: latest?.version, incompatibilities })
  }
  const declared = new Set(catalog.map((schema) => schema.subject))
  const undeclared = (await registry.subjects()).filter((subject) => !declared.has(subject))
  if (!options.allowDelete) return { changes, undeclared }
  return {
    changes: [...changes, ...undeclared.map((subject) => ({ kind: 'delete', subject }) as const)],
    undeclared: [],
  }
}

/**
 * Makes one change. Compatibility is asked again, because a change before it may have altered what it refers to.
 * @throws ApplyError where the schema is incompatible; RegistryError where the registry refuses
 */
export async function applySchemaChange(registry: Registry, change: SchemaChange): Promise<void> {
  if (change.kind === 'delete') return registry.delete(change.subject)
  const against = await registry.incompatibilities(change.schema)
  if (against.length > 0) {
    throw new ApplyError(
      `schema ${change.schema.subject} is not ${change.schema.compatibility} compatible with version ${change.from}: ${against.join('; ')}`,
    )
  }
  await registry.register(change.schema)
}
