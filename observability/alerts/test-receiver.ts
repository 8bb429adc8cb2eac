import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** How to answer a request; `cut` closes the connection without an answer. */
export type Answer = { readonly status: number; readonly headers?: Record<string, string> } | 'cut'

/** A real HTTP server that records requests and gives the configured answers, the last one repeatedly. */
export class Receiver {
  readonly received: Received[] = []
  answers: Answer[]
  readonly #server: Server

  private constructor(answers: Answer[]) {
    this.answers = answers
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
        const answer = (this.answers.length > 1 ? this.answers.shift() : this.answers[0]) as Answer
        if (answer === 'cut') request.socket.destroy()
        else response.writeHead(answer.status, answer.headers).end('read me not')
      })
    })
  }

  static async start(...answers: Answer[]): Promise<Receiver> {
    const receiver = new Receiver(answers)
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  /** Has a path that must not appear in any message. */
  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/secret-path`)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
