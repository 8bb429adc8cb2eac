import { once } from 'node:events'
import type { FastifyReply } from 'fastify'

/** How many of these answers may run at the same time: each costs a connection to the cluster, and a page needs a handful. */
const MOST_RUNNING = 16

/** Answers of JSON lines that take a while, a bounded number at the same time. */
export class LineStreams {
  #running = 0

  /**
   * Answers with the lines that `run` writes. `write` waits for a slow client. A client that goes away aborts the signal.
   * An error ends the answer as `{"error": "…", "isUsage": …}`.
   * @param isUsage whether the request is at fault, and not the cluster
   */
  async answer(
    reply: FastifyReply,
    run: (write: (line: unknown) => Promise<void>, signal: AbortSignal) => Promise<void>,
    isUsage: (error: unknown) => boolean,
  ): Promise<FastifyReply> {
    if (this.#running >= MOST_RUNNING) {
      return reply.code(429).send({ error: 'too many scans at once; cancel one' })
    }
    this.#running += 1
    const stop = new AbortController()
    reply.raw.on('close', () => stop.abort())
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
    const write = async (line: unknown) => {
      if (stop.signal.aborted || reply.raw.write(`${JSON.stringify(line)}\n`)) return
      await once(reply.raw, 'drain', { signal: stop.signal }).catch(() => undefined)
    }
    try {
      await run(write, stop.signal)
    } catch (error) {
      await write({ error: (error as Error).message, isUsage: isUsage(error) })
    } finally {
      this.#running -= 1
      reply.raw.end()
    }
    return reply
  }
}
