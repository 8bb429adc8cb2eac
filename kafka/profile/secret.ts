import { inspect } from 'node:util'

/** A value that no log, error, JSON or debugger shows. Only code that sends the value calls `reveal`. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  /** The text with `***` for every occurrence of the value. */
  maskedIn(text: string): string {
    return this.#value === '' ? text : text.replaceAll(this.#value, '***')
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [inspect.custom](): string {
    return '***'
  }
}
