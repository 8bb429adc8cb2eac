import type { Construct } from '../../cdktf.ts'
import { ConfluentDataSource } from '../data-source.ts'

/** The organization that the cloud API key belongs to. */
export class Organization extends ConfluentDataSource {
  constructor(scope: Construct, name: string) {
    super(scope, name, 'confluent_organization')
  }
}
