import { styleText } from 'node:util'
import { createLogUpdate } from 'log-update'
import type { DemoState } from '../../demo/demo.ts'
import { canRedraw, say } from '../terminal/log.ts'
import { grouped } from '../terminal/output.ts'

const LINE_MS = 5_000

/** Shows the running demo: redrawn in place on a terminal, otherwise one line every 5 seconds. */
export class LiveView {
  readonly #where: string
  readonly #draw = createLogUpdate(process.stderr, { showCursor: true })
  readonly #terminal = canRedraw()
  #before: DemoState | undefined
  #shown = 0

  /** @param where the address of the broker, for the heading */
  constructor(where: string) {
    this.#where = where
  }

  update(state: DemoState): void {
    const rates = ratesBetween(this.#before, state)
    if (this.#terminal) {
      this.#draw(frame(this.#where, state, rates))
      this.#before = state
      return
    }
    const now = performance.now()
    if (now - this.#shown < LINE_MS) return
    this.#shown = now
    this.#before = state
    say(
      `${Math.round(state.seconds)} s: game-events ${grouped(rates.gameIn)}/s in, ${grouped(rates.gameOut)}/s out, ` +
        `lag ${grouped(state.gameEvents.lag)}; ${state.players} players, ${state.orderViolations} order violations; ` +
        `transactions ${grouped(rates.transactions)}/s: ${grouped(state.dedup.passed)} unique, ` +
        `${grouped(state.dedup.suppressed)} duplicates caught, ${grouped(state.dedup.deadLettered)} dead letters; ` +
        `logs ${grouped(rates.logs)} lines/s, ${state.logs.openAttacks} SSH attacks open`,
    )
  }

  /** Writes a line that stays on the screen, above the view. */
  note(line: string): void {
    if (this.#terminal) this.#draw.clear()
    say(line)
  }

  /** Ends the view, leaving its last frame on the terminal. */
  end(): void {
    this.#draw.done()
  }
}

interface Rates {
  readonly gameIn: number
  readonly gameOut: number
  readonly transactions: number
  readonly settled: number
  readonly logs: number
  readonly shipped: number
}

function ratesBetween(before: DemoState | undefined, now: DemoState): Rates {
  const seconds = now.seconds - (before?.seconds ?? 0) || 1
  return {
    gameIn: (now.gameEvents.sent - (before?.gameEvents.sent ?? 0)) / seconds,
    gameOut: (now.gameEvents.read - (before?.gameEvents.read ?? 0)) / seconds,
    transactions: (now.transactions.sent - (before?.transactions.sent ?? 0)) / seconds,
    logs: (now.logs.written - (before?.logs.written ?? 0)) / seconds,
    shipped: (now.logs.shipped - (before?.logs.shipped ?? 0)) / seconds,
    settled: (settled(now) - (before ? settled(before) : 0)) / seconds,
  }
}

/** The number of transactions that were passed, suppressed or sent to the dead letters. */
function settled({ dedup }: DemoState): number {
  return dedup.passed + dedup.suppressed + dedup.deadLettered
}

function frame(where: string, state: DemoState, rates: Rates): string {
  const { gameEvents, transactions, dedup, logs, orderViolations } = state
  const violations = `${grouped(orderViolations)} order violations`
  const phase = state.phase === 'draining' ? 'draining' : `${Math.floor(state.seconds)} s, Ctrl-C stops`
  return [
    '',
    `  ${styleText('bold', 'Playstream')}  Kafka at ${where}  ${styleText('dim', phase)}`,
    '',
    styleText('dim', row(['topic', 'in/s', 'out/s', 'lag', 'sent', 'read'])),
    row([
      'game-events',
      grouped(rates.gameIn),
      grouped(rates.gameOut),
      grouped(gameEvents.lag),
      grouped(gameEvents.sent),
      grouped(gameEvents.read),
    ]),
    row([
      'transactions',
      grouped(rates.transactions),
      grouped(rates.settled),
      grouped(transactions.lag),
      grouped(transactions.sent),
      grouped(settled(state)),
    ]),
    row([
      'logs',
      grouped(rates.logs),
      grouped(rates.shipped),
      grouped(logs.written - logs.shipped),
      grouped(logs.written),
      grouped(logs.shipped),
    ]),
    '',
    `  ${state.players} players, ${styleText(orderViolations === 0 ? 'green' : 'red', violations)}`,
    `  ${grouped(dedup.passed)} unique transactions, ${grouped(dedup.suppressed)} duplicates caught, ${grouped(dedup.deadLettered)} malformed in the dead letters`,
    `  ${grouped(logs.openAttacks)} SSH attacks open`,
    '',
  ].join('\n')
}

function row([name, ...figures]: readonly [string, ...string[]]): string {
  return `  ${name.padEnd(16)}${figures.map((figure) => figure.padStart(12)).join('')}`
}
