/** The topics of a processor, and how a record finds its way to them. */
export interface Topology {
  readonly input: string
  readonly deadLetters: string
  /** The changelog topic of each store, by the store's name: `main`, `timers`, and the processor's own names. */
  readonly changelogs: Readonly<Record<string, string>>
  /** Where a record with this key goes in an output topic. */
  route(topic: string, key: Buffer | null): { readonly topic: string; readonly partition: number }
  /** About how long the stores' entries stay, in ms. */
  readonly retentionMs: number
}
