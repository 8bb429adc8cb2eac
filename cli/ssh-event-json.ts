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
    // The place is handed on from part to part: in a variable it is cheaper than in a field.
    const bytes = this.#bytes
    let end = put(bytes, this.#end, this.#head)
    end = pid === null ? put(bytes, end, NULL) : putNumber(bytes, end, pid)
    end = put(bytes, end, (KIND.get(event.kind) as KindBytes)[event.outcome])
    if (user !== undefined) end = putText(bytes, put(bytes, end, USER), user)
    if (remoteAddress !== undefined) end = putText(bytes, put(bytes, end, ADDRESS), remoteAddress)
    if (remotePort !== undefined) end = putNumber(bytes, put(bytes, end, PORT), remotePort)
    if (method !== undefined) end = putText(bytes, put(bytes, end, METHOD), method)
    end = put(bytes, end, event.preauth ? PREAUTH : NOT_PREAUTH)
    if (count !== undefined) end = putNumber(bytes, put(bytes, end, COUNT), count)
    if (attempts !== undefined) end = putNumber(bytes, put(bytes, end, ATTEMPTS), attempts)
    if (event.pending) end = put(bytes, end, PENDING)
    if (because !== undefined) end = putText(bytes, put(bytes, end, BECAUSE), because)
    this.#end = put(bytes, end, END)
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
}

/** What follows writes into bytes that have room for it, from a place on, and answers where it ends. */
function put(bytes: Buffer, end: number, part: Buffer): number {
  const { length } = part
  if (length > SHORT) bytes.set(part, end)
  else for (let at = 0; at < length; at += 1) bytes[end + at] = part[at] as number
  return end + length
}

/** Up to here a loop is faster than a call. */
const SHORT = 32

/** A whole number from 0 on. */
function putNumber(bytes: Buffer, end: number, value: number): number {
  let last = end
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) last += 1
  let rest = value
  for (let at = last; at >= end; at -= 1) {
    bytes[at] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
  return last + 1
}

function putText(bytes: Buffer, end: number, text: string): number {
  const { length } = text
  bytes[end] = QUOTE
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 32 || code > 126 || code === QUOTE || code === BACKSLASH)
      return end + bytes.write(printableJson(text), end)
    bytes[end + 1 + at] = code
  }
  bytes[end + 1 + length] = QUOTE
  return end + 2 + length
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

type KindBytes = Readonly<Record<SshEvent['outcome'], Buffer>>

const KIND: ReadonlyMap<string, KindBytes> = new Map(
  Object.keys(KINDS).map((kind) => {
    const withOutcome = (outcome: string) => Buffer.from(`,"kind":"${kind}","outcome":"${outcome}"`)
    return [
      kind,
      { failure: withOutcome('failure'), success: withOutcome('success'), info: withOutcome('info') },
    ]
  }),
)
