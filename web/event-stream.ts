import type { ServerResponse } from 'node:http'

/** How much may wait in a viewer's socket before events are held back, in bytes. */
const MOST_WAITING = 1024 * 1024
/** Proxies end connections that are silent for long. */
const HEARTBEAT_MS = 15_000

/**
 * Server-sent events to any number of viewers (HTML Standard, "Server-sent events"). Each event replaces the one of its
 * name: a newcomer gets the latest of each, and a viewer that reads too slowly misses those in between and no more. An
 * event is encoded once, whatever the number of viewers.
 */
export class EventStream {
  readonly #latest = new Map<string, string>()
  readonly #viewers = new Map<ServerResponse, Set<string>>()
  readonly #heartbeat: NodeJS.Timeout

  constructor() {
    this.#heartbeat = setInterval(() => {
      for (const viewer of this.#viewers.keys()) viewer.write(': \n\n')
    }, HEARTBEAT_MS)
    this.#heartbeat.unref()
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** Bytes that wait for viewers to read them. */
  get waiting(): number {
    let bytes = 0
    for (const viewer of this.#viewers.keys()) bytes += viewer.writableLength
    return bytes
  }

  /** Sends events to a viewer until its connection ends. */
  add(viewer: ServerResponse): void {
    viewer.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    viewer.write('retry: 1000\n\n')
    const missed = new Set<string>()
    this.#viewers.set(viewer, missed)
    viewer.on('close', () => this.#viewers.delete(viewer))
    viewer.on('drain', () => {
      for (const name of missed) viewer.write(this.#latest.get(name) ?? '')
      missed.clear()
    })
    for (const text of this.#latest.values()) viewer.write(text)
  }

  /** Tells all viewers the present state of something. */
  send(name: string, data: unknown): void {
    const text = encode(name, data)
    this.#latest.set(name, text)
    for (const [viewer, missed] of this.#viewers) {
      if (viewer.writableLength > MOST_WAITING) missed.add(name)
      else viewer.write(text)
    }
  }

  /** Ends all connections; viewers try again by themselves. */
  close(): void {
    clearInterval(this.#heartbeat)
    for (const viewer of this.#viewers.keys()) viewer.end()
    this.#viewers.clear()
  }
}

function encode(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
