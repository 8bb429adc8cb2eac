import { type Construct, TerraformProvider } from '../cdktf.ts'

/** The version that the bindings in this folder were written for. */
export const PROVIDER_VERSION = '2.83.4'

export interface ConfluentProviderConfig {
  /** The API of Confluent Cloud, if it is not the public one. */
  readonly endpoint?: string
}

/**
 * The Confluent provider. It reads CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET from the environment itself,
 * so that they are not in the configuration.
 */
export class ConfluentProvider extends TerraformProvider {
  readonly #config: ConfluentProviderConfig

  constructor(scope: Construct, config: ConfluentProviderConfig) {
    super(scope, 'confluent', {
      terraformResourceType: 'confluent',
      terraformProviderSource: 'confluentinc/confluent',
      terraformGeneratorMetadata: { providerName: 'confluent', providerVersionConstraint: PROVIDER_VERSION },
    })
    this.#config = config
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { endpoint: this.#config.endpoint }
  }
}
