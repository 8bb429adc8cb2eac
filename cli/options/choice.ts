import { InvalidArgumentError } from 'commander'

/** A parser that accepts only the given words. */
export function choice<T extends string>(...options: readonly T[]): (text: string) => T {
  return (text) => {
    const chosen = options.find((option) => option === text)
    if (chosen === undefined) throw new InvalidArgumentError(`It must be ${options.join(' or ')}.`)
    return chosen
  }
}
