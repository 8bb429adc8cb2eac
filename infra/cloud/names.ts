/** What something is called in Confluent Cloud: everything bears its stage, because accounts share an organization. */
export function displayName(stage: string, ...parts: readonly string[]): string {
  return ['playstream', stage, ...parts].join('-')
}
