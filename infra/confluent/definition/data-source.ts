import { type Construct, TerraformDataSource } from '../../cdktf.ts'
import { type AttributeTable, attributesOf, type ConfigOf } from './attributes.ts'
import { logicalId } from './logical-id.ts'
import { defineOutputs, type Outputs, type OutputsOf } from './outputs.ts'

/**
 * A class for a data source of the provider: something that exists and that this stack does not manage.
 * @param table what a configuration holds, and how the provider spells it
 * @param outputs getters for what the provider knows of it
 */
export function confluentDataSource<T extends AttributeTable, O extends Outputs = Record<never, string>>(
  type: string,
  table: T,
  outputs?: O,
) {
  class ConfluentDataSource extends TerraformDataSource {
    readonly #config: ConfigOf<T>

    constructor(scope: Construct, name: string, config: ConfigOf<T>) {
      super(scope, `data.${type}.${name}`, { terraformResourceType: type })
      this.#config = config
      this.overrideLogicalId(logicalId(name))
    }

    protected override synthesizeAttributes() {
      return attributesOf(table, this.#config)
    }
  }
  defineOutputs(ConfluentDataSource.prototype, { id: 'id', ...outputs })
  return ConfluentDataSource as new (
    ...args: ConstructorParameters<typeof ConfluentDataSource>
  ) => TerraformDataSource & OutputsOf<O & { id: string }>
}
