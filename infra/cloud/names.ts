/** A display name in Confluent Cloud. It contains the stage, because several stages may share an organization. */
export function displayName(stage: string, ...parts: readonly string[]): string {
  return ['playstream', stage, ...parts].join('-')
}
