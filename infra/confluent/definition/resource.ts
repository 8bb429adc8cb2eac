import { type Construct, type ITerraformDependable, TerraformResource } from '../../cdktf.ts'
import { type AttributeTable, attributesOf, type ConfigOf } from './attributes.ts'
import { logicalId } from './logical-id.ts'
import { defineOutputs, type Outputs, type OutputsOf } from './outputs.ts'

/** Terraform's own options, which any resource takes. */
export interface ResourceOptions {
  /** What must exist before this resource and be deleted after it, where no attribute refers to it. */
  readonly dependsOn?: readonly ITerraformDependable[]
  /** Refuse any plan that would destroy it. */
  readonly preventDestroy?: boolean
  /** When it must be replaced, create the new one first. */
  readonly createBeforeDestroy?: boolean
}

/**
 * A class for a resource of the provider. An instance's address is `<type>.<name>`, so that a plan reads like the catalog.
 * @param table what a configuration holds, and how the provider spells it
 * @param outputs getters for what the provider knows once the resource exists
 * @param defaults Terraform's options, unless an instance is given others
 */
export function confluentResource<T extends AttributeTable, O extends Outputs = Record<never, string>>(
  type: string,
  table: T,
  outputs?: O,
  defaults: ResourceOptions = {},
) {
  class ConfluentResource extends TerraformResource {
    readonly #config: ConfigOf<T>

    constructor(scope: Construct, name: string, config: ConfigOf<T>, options: ResourceOptions = {}) {
      const { dependsOn, ...lifecycle } = { ...defaults, ...options }
      const set = Object.entries(lifecycle).filter(([, value]) => value)
      super(scope, `${type}.${name}`, {
        terraformResourceType: type,
        ...(dependsOn ? { dependsOn: [...dependsOn] } : {}),
        ...(set.length > 0 ? { lifecycle: Object.fromEntries(set) } : {}),
      })
      this.#config = config
      this.overrideLogicalId(logicalId(name))
    }

    protected override synthesizeAttributes() {
      return attributesOf(table, this.#config)
    }
  }
  defineOutputs(ConfluentResource.prototype, { id: 'id', ...outputs })
  return ConfluentResource as new (
    ...args: ConstructorParameters<typeof ConfluentResource>
  ) => TerraformResource & OutputsOf<O & { id: string }>
}
