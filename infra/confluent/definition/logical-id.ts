/** A name as Terraform allows it: a letter or underscore, then letters, digits, underscores and hyphens. */
export function logicalId(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_')
}
