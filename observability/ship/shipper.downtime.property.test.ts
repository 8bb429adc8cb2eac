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
import { Shipping } from './test-shipping.ts'

/** More than a fingerprint, and the same at each start of the program that writes the log. */
const BANNER = Array.from(
  { length: 20 },
  (_, line) => `### banner ${line} ${'the same words each time '.repeat(3)}\n`,
).join('')

/** What happens to a log between two lives of its shipper. */
const EVENTS = [
  'append',
  'rename and start again',
  'rename',
  'copytruncate',
  'empty',
  'compress',
  'move away',
  'edit',
  'remove and start again',
  'hard link',
] as const

/**
 * A program with a banner and numbered lines, and the people and tools around it. It keeps the book that the shipper is held
 * to: lines that are in no file any more when the shipper looks are owed by nobody.
 */
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
    } else if (event === 'empty') {
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

  /** The program starts: it writes its banner to the log. */
  #start(): void {
    this.#generation += 1
    appendFileSync(this.#path('srv.log'), BANNER)
  }

  #append(lines: number): void {
    for (let line = 0; line < lines; line += 1) {
      this.#line += 1
      // All of one length, so that only what they say tells generations apart.
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

/** How often each line occurs. */
function counted(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1)
  return counts
}

/** What the de-duplication by file and offset lets pass: see dedup-processor.ts. */
function passed({ arrived }: Shipping): string[] {
  const furthest = new Map<string, number>()
  return arrived.flatMap(({ identity, message }) => {
    const colon = identity.lastIndexOf(':')
    const [file, offset] = [identity.slice(0, colon), Number(identity.slice(colon + 1))]
    if (offset <= (furthest.get(file) ?? -1)) return []
    furthest.set(file, offset)
    return [message]
  })
}

/** One event for each time that the shipper is down: nothing is overwritten before somebody could have read it. */
const history = fc.array(
  fc.record({
    event: fc.constantFrom(...EVENTS),
    lines: fc.integer({ min: 0, max: 6 }),
    crashes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
)

test('whatever happens to a log with a banner while its shipper is down, no line is lost, and one that comes twice was announced', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (steps, glob) => {
      const shipping = new Shipping()
      try {
        const server = new Server(shipping, glob)
        const owed = new Set<string>()
        const owe = () => {
          for (const name of ['srv.log', 'srv.log.1'])
            if (existsSync(shipping.path(name)))
              for (const line of readFileSync(shipping.path(name), 'utf8').split('\n').filter(Boolean))
                owed.add(line)
        }
        owe()
        await shipping.once({ patterns: server.patterns })
        for (const { event, lines, crashes } of steps) {
          server.happen(event, lines)
          owe()
          if (crashes) await shipping.crash({ patterns: server.patterns })
          await shipping.once({ patterns: server.patterns })
        }
        const counts = counted(passed(shipping))
        expect([...owed].filter((line) => !counts.has(line))).toEqual([])
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
