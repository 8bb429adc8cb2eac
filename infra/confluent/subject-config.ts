import { registryAttributes } from './credentials.ts'
import { attribute } from './definition/attributes.ts'
import { confluentResource } from './definition/resource.ts'

/** The compatibility that the registry requires of a subject's next version. */
export class SubjectConfig extends confluentResource('confluent_subject_config', {
  subject: attribute('subject_name'),
  compatibility: attribute('compatibility_level'),
  access: registryAttributes,
}) {}
