import type { SshEvent } from '../observability/ssh/event.ts'
import { KINDS } from '../observability/ssh/kind.ts'
import { printableJson } from './printable.ts'

/** What the fields of one event take at most besides their texts. */
const MOST_BESIDES = 1024
/** What a UTF-16 unit takes at most, which is when it is escaped. */
const MOST_EACH = 6

/**
 * Writes events as lines of JSON, the same as JSON.stringify has them, byte by byte into one buffer: to print an event is
 * much of the work of a line, and to join texts and encode them takes three times as long.
 */
export class EventJsonBuffer {
  #bytes = Buffer.allocUnsafe(2 ** 18)
  #end = 0
  #headTime: string | null | undefined
  #headHost: string | null | undefined
  #head = Buffer.alloc(0)

  add(event: SshEvent): void {
    const { time, host, pid, user, remoteAddress, remotePort, method, count, attempts, because } = event
    this.#ensureRoom(lengthOf(host) + lengthOf(user) + lengthOf(remoteAddress) + lengthOf(method))
    // Events of one second and host come together.
    if (time !== this.#headTime || host !== this.#headHost) {
      this.#headTime = time
      this.#headHost = host
      this.#head = Buffer.from(`{"time":${JSON.stringify(time)},"host":${printableJson(host)},"pid":`)
    }
    this.#constant(this.#head)
    if (pid === null) this.#constant(NULL)
    else this.#number(pid)
    this.#constant(KIND.get(event.kind) as Buffer)
    this.#constant(OUTCOME.get(event.outcome) as Buffer)
    if (user !== undefined) {
      this.#constant(USER)
      this.#text(user)
    }
    if (remoteAddress !== undefined) {
      this.#constant(ADDRESS)
      this.#text(remoteAddress)
    }
    if (remotePort !== undefined) {
      this.#constant(PORT)
      this.#number(remotePort)
    }
    if (method !== undefined) {
      this.#constant(METHOD)
      this.#text(method)
    }
    this.#constant(event.preauth ? PREAUTH : NOT_PREAUTH)
    if (count !== undefined) {
      this.#constant(COUNT)
      this.#number(count)
    }
    if (attempts !== undefined) {
      this.#constant(ATTEMPTS)
      this.#number(attempts)
    }
    if (event.pending) this.#constant(PENDING)
    if (because !== undefined) {
      this.#constant(BECAUSE)
      this.#text(because)
    }
    this.#constant(END)
  }

  /** All that was added since, and is to be written before more is: the bytes are the buffer's own. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#end)
    this.#end = 0
    return taken
  }

  #ensureRoom(units: number): void {
    const most = MOST_BESIDES + units * MOST_EACH
    if (this.#end + most <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#end + most))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
  }

  #constant(bytes: Buffer): void {
    this.#bytes.set(bytes, this.#end)
    this.#end += bytes.length
  }

  /** A whole number from 0 on. */
  #number(value: number): void {
    let unit = 1
    while (unit * 10 <= value) unit *= 10
    let rest = value
    for (; unit >= 1; unit /= 10) {
      const digit = Math.floor(rest / unit)
      this.#bytes[this.#end] = 48 + digit
      this.#end += 1
      rest -= digit * unit
    }
  }

  #text(text: string): void {
    const bytes = this.#bytes
    let end = this.#end
    bytes[end] = QUOTE
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH) {
        this.#end += bytes.write(printableJson(text), this.#end)
        return
      }
      end += 1
      bytes[end] = code
    }
    bytes[end + 1] = QUOTE
    this.#end = end + 2
  }
}

function lengthOf(text: string | null | undefined): number {
  return text == null ? 0 : text.length
}

const QUOTE = 34
const BACKSLASH = 92
const NULL = Buffer.from('null')
const USER = Buffer.from(',"user":')
const ADDRESS = Buffer.from(',"remoteAddress":')
const PORT = Buffer.from(',"remotePort":')
const METHOD = Buffer.from(',"method":')
const PREAUTH = Buffer.from(',"preauth":true')
const NOT_PREAUTH = Buffer.from(',"preauth":false')
const COUNT = Buffer.from(',"count":')
const ATTEMPTS = Buffer.from(',"attempts":')
const PENDING = Buffer.from(',"pending":true')
const BECAUSE = Buffer.from(',"because":')
const END = Buffer.from('}\n')

const KIND = fields('kind', Object.keys(KINDS))
const OUTCOME = fields('outcome', ['failure', 'success', 'info'])

/** `,"NAME":"VALUE"` of each value that there is. */
function fields(name: string, values: readonly string[]): ReadonlyMap<string, Buffer> {
  return new Map(values.map((value) => [value, Buffer.from(`,"${name}":"${value}"`)]))
}
