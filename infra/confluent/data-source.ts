import { type Construct, TerraformDataSource } from '../cdktf.ts'
import { logicalId } from './resource.ts'

/** What the provider can tell of something that this stack does not make. */
export abstract class ConfluentDataSource extends TerraformDataSource {
  readonly #attributes: Readonly<Record<string, unknown>>

  /** @param attributes attributes and blocks as the provider spells them */
  constructor(
    scope: Construct,
    name: string,
    type: string,
    attributes: Readonly<Record<string, unknown>> = {},
  ) {
    super(scope, `data.${type}.${name}`, { terraformResourceType: type })
    this.#attributes = attributes
    this.overrideLogicalId(logicalId(name))
  }

  get id(): string {
    return this.getStringAttribute('id')
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return this.#attributes
  }
}
