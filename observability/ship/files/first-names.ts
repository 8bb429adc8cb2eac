/**
 * Counts the known files by the path under which each was found first. The names of files that are gone still tell which
 * other names are rotations of them.
 */
export class FirstNames {
  readonly #counts = new Map<string, number>()

  has(path: string): boolean {
    return this.#counts.has(path)
  }

  add(path: string): void {
    this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1)
  }

  delete(path: string): void {
    const count = (this.#counts.get(path) ?? 0) - 1
    if (count > 0) this.#counts.set(path, count)
    else this.#counts.delete(path)
  }
}
