import type { Construct } from '../cdktf.ts'
import { type RegistryAccess, registryAttributes } from './credentials.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

export interface SchemaReference {
  /** The full name of the type in the schema's text. */
  readonly name: string
  readonly subject: string
  /** The version that is meant: an attribute of another schema. */
  readonly version: number
}

export interface SchemaConfig {
  readonly subject: string
  readonly format: 'AVRO' | 'JSON'
  readonly text: string
  /** What its text refers to by name; the version is a reference to another schema's attribute. */
  readonly references: readonly {
    readonly name: string
    readonly subject: string
    readonly version: number
  }[]
  readonly access: RegistryAccess
}

/**
 * The latest version of a subject: where its text changes, a version is added and none is taken away. A schema with
 * references is validated when it is applied and not when it is planned: the provider would send a version that the plan
 * does not know yet as 0, which the registry refuses.
 */
export class ConfluentSchema extends ConfluentResource {
  constructor(scope: Construct, name: string, config: SchemaConfig, options?: ResourceOptions) {
    const attributes = {
      subject_name: config.subject,
      format: config.format,
      schema: config.text,
      ...(config.references.length > 0
        ? { schema_reference: config.references.map(block), skip_validation_during_plan: true }
        : {}),
      ...registryAttributes(config.access),
    }
    super(scope, name, 'confluent_schema', attributes, options)
  }

  get version(): number {
    return this.getNumberAttribute('version')
  }

  get subjectName(): string {
    return this.getStringAttribute('subject_name')
  }
}

function block({ name, subject, version }: SchemaReference) {
  return { name, subject_name: subject, version }
}
