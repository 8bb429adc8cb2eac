/**
 * A seeded source of random numbers: the same seed gives the same sequence on every machine. It is sfc32, the small
 * fast counting generator of PractRand (Chris Doty-Humphrey), 32 bits at a time.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** @param seed a whole number, from 0 to 2^53 - 1 */
  constructor(seed: number) {
    this.#a = 0
    this.#b = seed >>> 0
    this.#c = Math.floor(seed / 2 ** 32)
    // The first outputs still resemble the seed.
    for (let round = 0; round < 12; round += 1) this.#next()
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    return this.#next() / 2 ** 32
  }

  /** From `low` up to, not including, `high`. */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low)
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end)
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(options: readonly [T, ...T[]]): T {
    return options[this.below(options.length)] as T
  }

  /** As many hexadecimal digits as asked for. */
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

/** A seed for a run that was given none. */
export function drawSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}
