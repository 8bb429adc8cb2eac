/** Attributes and blocks as the provider spells them. */
export type Attributes = Readonly<Record<string, unknown>>

/** How one value of a configuration is written for the provider. */
export type Attribute<Value> = (value: Value) => Attributes

/** A resource's or data source's configuration: for each value, how it is written. */
// biome-ignore lint/suspicious/noExplicitAny: each entry of a table takes a value of its own type.
export type AttributeTable = Readonly<Record<string, Attribute<any>>>

type ValueOf<Entry> = Entry extends Attribute<infer Value> ? Value : never

type Optional<T extends AttributeTable> = {
  [Name in keyof T]: undefined extends ValueOf<T[Name]> ? Name : never
}[keyof T]

/** The configuration that a table describes. A value that may be undefined may be left out. */
export type ConfigOf<T extends AttributeTable> = {
  readonly [Name in Exclude<keyof T, Optional<T>>]: ValueOf<T[Name]>
} & { readonly [Name in Optional<T>]?: ValueOf<T[Name]> }

/** The attributes of a configuration, in the order of the table. */
export function attributesOf<T extends AttributeTable>(table: T, config: ConfigOf<T>): Attributes {
  const values = config as Readonly<Record<string, unknown>>
  return Object.assign({}, ...Object.entries(table).map(([name, write]) => write(values[name])))
}

/** An attribute of this name. */
export function attribute<Value = string>(name: string): Attribute<Value> {
  return (value) => ({ [name]: value })
}

/** A block that refers to another resource by its id. */
export function reference(name: string): Attribute<string> {
  return (id) => ({ [name]: [{ id }] })
}

/** Whether to return before the provider has seen the resource in force. */
export const skipWait: Attribute<boolean | undefined> = (skips) =>
  skips ? { disable_wait_for_ready: true } : {}
