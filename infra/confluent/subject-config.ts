import type { Construct } from '../cdktf.ts'
import { type RegistryAccess, registryAttributes } from './credentials.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

export interface SubjectConfigConfig {
  readonly subject: string
  readonly compatibility: string
  readonly access: RegistryAccess
}

/** What the registry demands of a subject's next version. */
export class SubjectConfig extends ConfluentResource {
  constructor(scope: Construct, name: string, config: SubjectConfigConfig, options?: ResourceOptions) {
    const attributes = {
      subject_name: config.subject,
      compatibility_level: config.compatibility,
      ...registryAttributes(config.access),
    }
    super(scope, name, 'confluent_subject_config', attributes, options)
  }
}
