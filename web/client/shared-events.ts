import { type Connection, type Effect, type Input, type Message, NEW_TAB, step, type Tab } from './leader.ts'

/** After an answer that a browser does not try again by itself, such as 503 of a proxy. */
const RETRY_MS = 2_000

/**
 * Server-sent events, one connection for all tabs of a browser: HTTP/1.1 allows six to a host. The tab that holds a lock
 * connects; when it closes, the browser gives the lock to another one. Each event's data is JSON.
 */
export class SharedEvents {
  readonly #address: string
  readonly #names: readonly string[]
  readonly #channel: BroadcastChannel | undefined
  readonly #states = new Map<string, unknown>()
  readonly #listeners = new Set<() => void>()
  #tab: Tab = NEW_TAB

  constructor(address: string, names: readonly string[]) {
    this.#address = address
    this.#names = names
    // Only an origin that browsers call secure has locks; loopback is one. Elsewhere each tab connects for itself.
    if (!('locks' in navigator)) {
      this.#put({ kind: 'elected' })
      return
    }
    this.#channel = new BroadcastChannel(address)
    this.#channel.onmessage = ({ data }: MessageEvent<Message>) =>
      this.#put({ kind: 'message', message: data })
    this.#tell({ kind: 'hello' })
    void navigator.locks.request(address, () => {
      this.#put({ kind: 'elected' })
      return new Promise(() => undefined)
    })
  }

  get connection(): Connection {
    return this.#tab.connection
  }

  /** The latest state of that name; undefined before the first one. */
  state(name: string): unknown {
    return this.#states.get(name)
  }

  /** Calls back on every change, until the returned function is called. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #put(input: Input): void {
    const { tab, effects } = step(this.#tab, input)
    this.#tab = tab
    for (const effect of effects) this.#carryOut(effect)
    for (const listener of this.#listeners) listener()
  }

  #carryOut(effect: Effect): void {
    if (effect.kind === 'connect') this.#connect()
    else if (effect.kind === 'tell') this.#tell(effect.message)
    else this.#states.set(effect.name, JSON.parse(effect.data))
  }

  #tell(message: Message): void {
    this.#channel?.postMessage(message)
  }

  #connect(): void {
    const source = new EventSource(this.#address)
    source.onopen = () => this.#put({ kind: 'opened' })
    source.onerror = () => {
      this.#put({ kind: 'failed' })
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.#connect(), RETRY_MS)
    }
    for (const name of this.#names) {
      source.addEventListener(name, ({ data }) => this.#put({ kind: 'received', name, data }))
    }
  }
}
