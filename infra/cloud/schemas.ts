import { type Schema, schemaOf } from '../../catalog/schemas.ts'
import { Construct, Token } from '../cdktf.ts'
import type { RegistryAccess } from '../confluent/credentials.ts'
import { ConfluentSchema } from '../confluent/schema.ts'
import { SubjectConfig } from '../confluent/subject-config.ts'
import { ChangeMarker } from './change-marker.ts'
import { knownAfter } from './known-after.ts'
import { literal } from './literal.ts'

export interface SchemasOptions {
  readonly schemas: readonly Schema[]
  readonly access: RegistryAccess
  readonly protect: boolean
}

/** Every schema of the catalog, after the schemas it refers to, with its subject's compatibility. */
export class Schemas extends Construct {
  readonly #options: SchemasOptions
  readonly #made = new Map<string, ConfluentSchema>()
  readonly #versions = new Map<string, number>()

  /** @param options schemas without cyclic references */
  constructor(scope: Construct, options: SchemasOptions) {
    super(scope, 'schemas')
    this.#options = options
    for (const schema of options.schemas) this.#made.get(schema.subject) ?? this.#make(schema)
  }

  #make(schema: Schema): ConfluentSchema {
    const { schemas, access, protect } = this.#options
    const references = schema.references.map(({ name, subject }) => {
      const referenced = this.#made.get(subject) ?? this.#make(schemaOf(subject, schemas))
      return { name, subject: referenced.subjectName, version: this.#versionOf(referenced, subject) }
    })
    const { subject, type: format } = schema
    const made = new ConfluentSchema(
      this,
      subject,
      { subject, format, text: textOf(schema), references, access },
      { preventDestroy: protect },
    )
    this.#made.set(subject, made)
    // After the schema, and so deleted before it: the registry drops the compatibility together with a subject's last
    // version.
    const { compatibility } = schema
    new SubjectConfig(this, subject, { subject: made.subjectName, compatibility, access })
    return made
  }

  /**
   * The version to refer to. The provider learns the new version only after a text was changed, and would leave
   * referring schemas one version behind until the next deployment; so the version is unknown in a plan that changes
   * the text.
   */
  #versionOf(schema: ConfluentSchema, subject: string): number {
    const known = this.#versions.get(subject)
    if (known !== undefined) return known
    const { changed } = new ChangeMarker(this, subject, textOf(schemaOf(subject, this.#options.schemas)))
    const version = Token.asNumber(knownAfter(changed, schema.version))
    this.#versions.set(subject, version)
    return version
  }
}

/** Compact, as the registry stores it: any other layout would show as a change in every plan. */
function textOf(schema: Schema): string {
  return literal(JSON.stringify(JSON.parse(schema.text)))
}
