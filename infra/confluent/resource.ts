import { type Construct, type ITerraformDependable, TerraformResource } from '../cdktf.ts'

/** What Terraform itself takes with any resource. */
export interface ResourceOptions {
  /** What must exist before this and be gone after it, where no attribute says so already. */
  readonly dependsOn?: readonly ITerraformDependable[]
  /** Refuse any plan that would destroy it. */
  readonly preventDestroy?: boolean
  /** Where it must be replaced, make the new one first. */
  readonly createBeforeDestroy?: boolean
}

/** A resource of the provider: its address is `<type>.<name>`, so that a plan reads like the catalog. */
export abstract class ConfluentResource extends TerraformResource {
  readonly #attributes: Readonly<Record<string, unknown>>

  /** @param attributes attributes and blocks as the provider spells them */
  constructor(
    scope: Construct,
    name: string,
    type: string,
    attributes: Readonly<Record<string, unknown>>,
    options: ResourceOptions = {},
  ) {
    const { preventDestroy, createBeforeDestroy, dependsOn } = options
    const lifecycle = {
      ...(preventDestroy ? { preventDestroy } : {}),
      ...(createBeforeDestroy ? { createBeforeDestroy } : {}),
    }
    super(scope, `${type}.${name}`, {
      terraformResourceType: type,
      ...(dependsOn ? { dependsOn: [...dependsOn] } : {}),
      ...(Object.keys(lifecycle).length > 0 ? { lifecycle } : {}),
    })
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

/** A name of ours as Terraform takes it: a letter or underscore, then letters, digits, underscores and hyphens. */
export function logicalId(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_')
}
