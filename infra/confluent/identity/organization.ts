import { confluentDataSource } from '../definition/data-source.ts'

/** The organization that the cloud API key belongs to. */
export class Organization extends confluentDataSource('confluent_organization', {}) {}
