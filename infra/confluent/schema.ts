import { registryAttributes } from './credentials.ts'
import { attribute } from './definition/attributes.ts'
import { confluentResource } from './definition/resource.ts'

export interface SchemaReference {
  /** The full name of the type in the schema's text. */
  readonly name: string
  readonly subject: string
  /** The referenced version: an attribute of another schema. */
  readonly version: number
}

/**
 * The latest version of a subject: a changed text adds a version, and no version is deleted. A schema with references is
 * validated when it is applied and not when it is planned: the provider would send a version that the plan does not know
 * yet as 0, which the registry refuses.
 */
export class ConfluentSchema extends confluentResource(
  'confluent_schema',
  {
    subject: attribute('subject_name'),
    format: attribute<'AVRO' | 'JSON'>('format'),
    text: attribute('schema'),
    references: (references: readonly SchemaReference[]) =>
      references.length > 0
        ? { schema_reference: references.map(block), skip_validation_during_plan: true }
        : {},
    access: registryAttributes,
  },
  { subjectName: 'subject_name' },
) {
  get version(): number {
    return this.getNumberAttribute('version')
  }
}

function block({ name, subject, version }: SchemaReference) {
  return { name, subject_name: subject, version }
}
