/**
 * A seeded random number generator: the same seed gives the same sequence on every machine. sfc32, from PractRand
 * (Chris Doty-Humphrey).
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param seed an integer from 0 to 2^53 - 1 */
  constructor(seed: number) {
    this.#a = 0
    this.#b = seed >>> 0
    this.#c = Math.floor(seed / 2 ** 32)
    // The first outputs still resemble the seed.
    for (let round = 0; round < 12; round += 1) this.#next()
  }

  /** In [0, 1). */
  fraction(): number {
    return this.#next() / 2 ** 32
  }

  /** In [low, high). */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low)
  }

  /** An integer in [0, end). */
  below(end: number): number {
    return Math.floor(this.fraction() * end)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(options: readonly [T, ...T[]]): T {
    return options[this.below(options.length)] as T
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.#next().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }
}

/** A random seed, for a run without a given seed. */
export function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
