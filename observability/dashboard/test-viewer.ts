import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'

/** A viewer of `/api/stream` without a browser: keeps the latest state of each event. */
export class Viewer {
  readonly #response: IncomingMessage
  readonly #states = new Map<string, unknown>()
  /** Fulfilled when the connection has ended. */
  readonly ended: Promise<void>

  private constructor(response: IncomingMessage) {
    this.#response = response
    this.ended = new Promise((resolve) => response.on('close', resolve))
    response.on('error', () => undefined)
    let text = ''
    response.setEncoding('utf8').on('data', (more: string) => {
      const events = (text + more).split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) this.#take(event)
    })
  }

  static async open(url: string): Promise<Viewer> {
    const [response] = (await once(get(`${url}/api/stream`), 'response')) as [IncomingMessage]
    return new Viewer(response)
  }

  state<T>(name: string): T | undefined {
    return this.#states.get(name) as T | undefined
  }

  close(): void {
    this.#response.destroy()
  }

  #take(event: string): void {
    const [, name, data] = event.match(/^event: (.+)\ndata: (.*)$/) ?? []
    if (name !== undefined && data !== undefined) this.#states.set(name, JSON.parse(data))
  }
}

/** Requests that a test counts, and ends by destroying the response. */
export async function openLines(address: string): Promise<IncomingMessage> {
  const [response] = (await once(get(address), 'response')) as [IncomingMessage]
  return response.setEncoding('utf8')
}
