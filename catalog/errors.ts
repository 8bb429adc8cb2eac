/** The catalog contradicts itself, or a cluster would refuse part of it: names every problem in one message. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError'
}
