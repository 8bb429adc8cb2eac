import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import type { Profile } from './profile.ts'

/** The profile of the test run's own broker and registry. */
export function testProfile(): Profile {
  return {
    name: 'test',
    bootstrapServers: inject('bootstrapServers'),
    tls: false,
    registry: { url: inject('registryUrl') },
  }
}

/** A name that is unique among all tests. */
export function unique(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`
}
