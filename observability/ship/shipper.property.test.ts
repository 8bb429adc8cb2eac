import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Shipping } from './test-shipping.ts'

/** What may happen to a log and to its shipper. */
type Step =
  | { readonly kind: 'append'; readonly lines: number; readonly half: boolean }
  | { readonly kind: 'rename' | 'copytruncate' | 'compress' | 'ship' | 'crash' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append'),
      lines: fc.integer({ min: 1, max: 60 }),
      half: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constantFrom('rename', 'copytruncate', 'compress', 'ship', 'crash') }),
  },
) as fc.Arbitrary<Step>

/** A log of numbered lines, with the names that logrotate gives its files. */
class Log {
  readonly #shipping: Shipping
  #names: string[] = []
  count = 0

  constructor(shipping: Shipping) {
    this.#shipping = shipping
  }

  append(lines: number, half: boolean): void {
    let text = ''
    for (let line = 0; line < lines; line += 1) {
      const whole = `line ${this.count}\n`
      this.count += 1
      text += whole
    }
    if (half) text += 'a half, '
    appendFileSync(this.#path(), text)
  }

  rotate(kind: 'rename' | 'copytruncate'): void {
    if (!existsSync(this.#path()) || readFileSync(this.#path()).length === 0) return
    for (let number = this.#names.length; number >= 1; number -= 1) {
      const suffix = this.#names[number - 1] as string
      renameSync(this.#path(`.${number}${suffix}`), this.#path(`.${number + 1}${suffix}`))
    }
    this.#names.unshift('')
    // A log is rotated between two lines.
    if (!readFileSync(this.#path(), 'utf8').endsWith('\n')) appendFileSync(this.#path(), 'end\n')
    if (kind === 'rename') renameSync(this.#path(), this.#path('.1'))
    else {
      copyFileSync(this.#path(), this.#path('.1'))
      truncateSync(this.#path())
    }
  }

  /** Compresses the newest rotated file, unless it is compressed. */
  compress(): void {
    if (this.#names[0] !== '') return
    const { atime, mtime } = statSync(this.#path('.1'))
    writeFileSync(this.#path('.1.gz'), gzipSync(readFileSync(this.#path('.1'))))
    utimesSync(this.#path('.1.gz'), atime, mtime)
    rmSync(this.#path('.1'))
    this.#names[0] = '.gz'
  }

  finish(): void {
    appendFileSync(this.#path(), 'end\n')
  }

  #path(suffix = ''): string {
    return this.#shipping.path(`a.log${suffix}`)
  }
}

/** The numbers of the lines in the order of their first arrival. */
function firsts(messages: readonly string[]): number[] {
  const numbers = messages.flatMap((message) => {
    const number = /line (\d+)$/.exec(message)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
  return [...new Set(numbers)]
}

test('after any rotations and crashes, each line has arrived, in order and with one identity', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const shipping = new Shipping()
      try {
        const log = new Log(shipping)
        for (const one of steps) {
          if (one.kind === 'append') log.append(one.lines, one.half)
          else if (one.kind === 'compress') log.compress()
          else if (one.kind === 'ship') await shipping.once()
          else if (one.kind === 'crash') await shipping.crash()
          else log.rotate(one.kind)
        }
        log.finish()
        await shipping.once()
        expect(firsts(shipping.messages)).toEqual(Array.from({ length: log.count }, (_, line) => line))
        const byIdentity = new Map(shipping.arrived.map(({ identity, message }) => [identity, message]))
        const unique = [...byIdentity.values()].filter((message) => message.includes('line'))
        expect(unique).toHaveLength(log.count)
        for (const { identity, message } of shipping.arrived) expect(byIdentity.get(identity)).toBe(message)
      } finally {
        shipping.remove()
      }
    }),
    { numRuns: 60 },
  )
}, 60_000)
