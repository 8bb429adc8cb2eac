import {
  appendFileSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BANNER, Shipping } from './test-shipping.ts'

/** What happens to a log while its shipper is down. */
const EVENTS = [
  'append',
  'rename and start again',
  'rename',
  'copytruncate',
  'truncate',
  'compress',
  'move away',
  'edit',
  'remove and start again',
  'hard link',
] as const

/** A program that logs a banner and numbered lines, and the people and tools that rotate its log. */
class Server {
  readonly #shipping: Shipping
  readonly #glob: boolean
  #generation = 0
  #line = 0
  #rotated: string[] = []

  constructor(shipping: Shipping, glob: boolean) {
    this.#shipping = shipping
    this.#glob = glob
    this.#start()
  }

  get patterns(): string[] {
    return [this.#path(this.#glob ? 'srv.log*' : 'srv.log')]
  }

  happen(event: (typeof EVENTS)[number], lines: number): void {
    const log = this.#path('srv.log')
    if (event === 'append') this.#append(lines)
    else if (event === 'rename') this.#rotate(() => renameSync(log, this.#path('srv.log.1')))
    else if (event === 'rename and start again') {
      this.#rotate(() => renameSync(log, this.#path('srv.log.1')))
      this.#start()
      this.#append(lines)
    } else if (event === 'copytruncate') {
      this.#rotate(() => {
        copyFileSync(log, this.#path('srv.log.1'))
        truncateSync(log)
      })
      this.#start()
      this.#append(lines)
    } else if (event === 'truncate') {
      truncateSync(log)
      this.#start()
      this.#append(lines)
    } else if (event === 'compress') this.#compress()
    else if (event === 'move away') {
      mkdirSync(this.#path('old'), { recursive: true })
      renameSync(log, this.#path(`old/${this.#generation}`))
      this.#start()
      this.#append(lines)
    } else if (event === 'edit') {
      writeFileSync(this.#path('edited'), readFileSync(log))
      renameSync(this.#path('edited'), log)
      this.#append(lines)
    } else if (event === 'remove and start again') {
      unlinkSync(log)
      this.#start()
      this.#append(lines)
    } else if (!existsSync(this.#path('srv.log.bak'))) linkSync(log, this.#path('srv.log.bak'))
  }

  /** The program starts, and logs its banner. */
  #start(): void {
    this.#generation += 1
    appendFileSync(this.#path('srv.log'), BANNER)
  }

  #append(lines: number): void {
    for (let line = 0; line < lines; line += 1) {
      this.#line += 1
      // All lines have one length, so that only their content distinguishes generations.
      appendFileSync(this.#path('srv.log'), `run ${String(this.#line).padStart(6, '0')}\n`)
    }
  }

  #rotate(away: () => void): void {
    if (!existsSync(this.#path('srv.log'))) this.#start()
    for (let number = this.#rotated.length; number >= 1; number -= 1) {
      const suffix = this.#rotated[number - 1]
      renameSync(this.#path(`srv.log.${number}${suffix}`), this.#path(`srv.log.${number + 1}${suffix}`))
    }
    this.#rotated.unshift('')
    away()
    if (!existsSync(this.#path('srv.log'))) this.#start()
  }

  #compress(): void {
    if (this.#rotated[0] !== '') return
    writeFileSync(this.#path('srv.log.1.gz'), gzipSync(readFileSync(this.#path('srv.log.1'))))
    unlinkSync(this.#path('srv.log.1'))
    this.#rotated[0] = '.gz'
  }

  #path(name: string): string {
    return this.#shipping.path(name)
  }
}

/** The number of occurrences of each line. */
function counted(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

/** One event for each downtime, so that no line is overwritten before a shipper could read it. */
const history = fc.array(
  fc.record({
    event: fc.constantFrom(...EVENTS),
    lines: fc.integer({ min: 0, max: 6 }),
    crashes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
)

test('after any events during downtimes, no line of a log with a banner is lost, and repeated lines were announced', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (steps, glob) => {
      const shipping = new Shipping()
      try {
        const server = new Server(shipping, glob)
        // Lines that are in no file when the shipper starts are not expected.
        const expected = new Set<string>()
        const expectLinesOfFiles = () => {
          for (const name of ['srv.log', 'srv.log.1'])
            if (existsSync(shipping.path(name)))
              for (const line of readFileSync(shipping.path(name), 'utf8').split('\n').filter(Boolean))
                expected.add(line)
        }
        expectLinesOfFiles()
        await shipping.once({ patterns: server.patterns })
        for (const { event, lines, crashes } of steps) {
          server.happen(event, lines)
          expectLinesOfFiles()
          if (crashes) await shipping.crash({ patterns: server.patterns })
          await shipping.once({ patterns: server.patterns })
        }
        const counts = counted(shipping.deduplicated.map(({ message }) => message))
        expect([...expected].filter((line) => !counts.has(line))).toEqual([])
        const isAnnounced = shipping.said.some((line) => line.includes('arrive again'))
        const doubled = [...counts].filter(([line, count]) => line.startsWith('run') && count > 1)
        if (!isAnnounced) expect(doubled).toEqual([])
      } finally {
        shipping.remove()
      }
    }),
    { numRuns: 60 },
  )
}, 120_000)
