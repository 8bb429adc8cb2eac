/** What the provider knows of a resource once it exists: the getter's name, and the attribute's. */
export type Outputs = Readonly<Record<string, string>>

/** References to those attributes. */
export type OutputsOf<T extends Outputs> = { readonly [Name in keyof T]: string }

/** The outputs by which an API key refers to a service or an account. */
export const MANAGED = { apiVersion: 'api_version', kind: 'kind' } as const

/** Gives a class a getter for each output. */
export function defineOutputs(
  prototype: { getStringAttribute(attribute: string): string },
  outputs: Outputs,
): void {
  for (const [name, attribute] of Object.entries(outputs))
    Object.defineProperty(prototype, name, {
      get(this: typeof prototype) {
        return this.getStringAttribute(attribute)
      },
    })
}
