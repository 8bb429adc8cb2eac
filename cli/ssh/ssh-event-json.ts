import { FixedBytes } from '../../observability/formats/text/fixed-bytes.ts'
import { ownText } from '../../observability/formats/text/own-text.ts'
import { KINDS } from '../../observability/ssh/rules/kind.ts'
import type { SshEvent } from '../../observability/ssh/sessions/event.ts'
import { printableJson } from '../terminal/printable.ts'

/** The most bytes of one event apart from its texts, including what FixedBytes writes past the end of a constant. */
const MAX_FIXED_BYTES = 1024
/** The most bytes of a UTF-16 code unit: those of its escape. */
const MAX_BYTES_PER_UNIT = 6
const MAX_HOSTS = 64

/**
 * Writes events as lines of JSON into one buffer of bytes, with the fields in the order of JSON.stringify. Printing is a large
 * part of the time per line, and joining and encoding strings would take several times as long.
 */
export class EventJsonBuffer {
  #bytes = Buffer.allocUnsafe(2 ** 18)
  #view = viewOf(this.#bytes)
  #end = 0
  #time: string | null | undefined
  #host: string | null | undefined
  readonly #hosts = new Map<string | null, FixedBytes>()
  /** The encoded time and host when the previous event has the same, as is common within one second. */
  #head: FixedBytes | undefined

  add(event: SshEvent): void {
    const { pid, user, remoteAddress, remotePort, method } = event
    this.#ensureRoom(lengthOf(event.host) + lengthOf(user) + lengthOf(remoteAddress) + lengthOf(method))
    // The position is passed from part to part: a variable is faster than a field.
    const bytes = this.#bytes
    const view = this.#view
    let end = this.#putHead(this.#end, event.time, event.host)
    end = pid === null ? NULL.write(view, end) : putNumber(bytes, end, pid)
    end = (KIND.get(event.kind) as KindBytes)[event.outcome].write(view, end)
    if (user !== undefined) end = putText(bytes, USER.write(view, end), user)
    if (remoteAddress !== undefined) end = putText(bytes, ADDRESS.write(view, end), remoteAddress)
    if (remotePort !== undefined) end = putNumber(bytes, PORT.write(view, end), remotePort)
    if (method !== undefined) {
      const known = KNOWN_METHODS.get(method)
      end = known ? known.write(view, end) : putText(bytes, METHOD.write(view, end), method)
    }
    this.#end = putTail(bytes, view, end, event)
  }

  /** The lines added since the last call. Write them before the next `add`, which reuses their memory. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#end)
    this.#end = 0
    return taken
  }

  #putHead(end: number, time: string | null, host: string | null): number {
    if (time === this.#time && host === this.#host) {
      this.#head ??= new FixedBytes(headOf(time, host))
      return this.#head.write(this.#view, end)
    }
    this.#time = time
    this.#host = host
    this.#head = undefined
    const timeEnd = TIME.write(this.#view, end)
    const named = time === null ? NULL.write(this.#view, timeEnd) : putText(this.#bytes, timeEnd, time)
    return this.#partOf(host).write(this.#view, named)
  }

  /** The encoded host, from a cache: there are few hosts. */
  #partOf(host: string | null): FixedBytes {
    const known = this.#hosts.get(host)
    if (known) return known
    const part = new FixedBytes(hostOf(host))
    if (this.#hosts.size >= MAX_HOSTS) this.#hosts.clear()
    this.#hosts.set(host && ownText(host), part)
    return part
  }

  #ensureRoom(units: number): void {
    const most = MAX_FIXED_BYTES + units * MAX_BYTES_PER_UNIT
    if (this.#end + most <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(2 * (this.#end + most))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
    this.#view = viewOf(larger)
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function headOf(time: string | null, host: string | null): string {
  return `{"time":${JSON.stringify(time)}${hostOf(host)}`
}

function hostOf(host: string | null): string {
  return `,"host":${printableJson(host)},"pid":`
}

// The functions below write at a position into bytes with enough room, and return the position after the written part.

/** Writes the fields after the user, address, port and method. */
function putTail(bytes: Buffer, view: DataView, from: number, event: SshEvent): number {
  const { preauth, count, attempts, pending, because } = event
  const isPlain = count === undefined && attempts === undefined && pending === undefined
  if (isPlain && because === undefined) return (preauth ? PREAUTH_END : NOT_PREAUTH_END).write(view, from)
  let end = (preauth ? PREAUTH : NOT_PREAUTH).write(view, from)
  if (count !== undefined) end = putNumber(bytes, COUNT.write(view, end), count)
  if (attempts !== undefined) end = putNumber(bytes, ATTEMPTS.write(view, end), attempts)
  if (pending) end = PENDING.write(view, end)
  if (because !== undefined) end = putText(bytes, BECAUSE.write(view, end), because)
  return END.write(view, end)
}

/** Writes a whole number of at least 0. Numbers of 31 bits use fast integer division. */
function putNumber(bytes: Buffer, end: number, value: number): number {
  if (value > LARGEST) return end + bytes.write(String(value), end)
  let last = end
  for (let rest = value | 0; rest >= 10; rest = (rest / 10) | 0) last += 1
  let rest = value | 0
  for (let at = last; at >= end; at -= 1) {
    const tenth = (rest / 10) | 0
    bytes[at] = 48 + rest - tenth * 10
    rest = tenth
  }
  return last + 1
}

const LARGEST = 2 ** 31 - 1

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
const TIME = new FixedBytes('{"time":')
const NULL = new FixedBytes('null')
const USER = new FixedBytes(',"user":')
const ADDRESS = new FixedBytes(',"remoteAddress":')
const PORT = new FixedBytes(',"remotePort":')
const METHOD = new FixedBytes(',"method":')
const PREAUTH = new FixedBytes(',"preauth":true')
const PREAUTH_END = new FixedBytes(',"preauth":true}\n')
const NOT_PREAUTH = new FixedBytes(',"preauth":false')
const NOT_PREAUTH_END = new FixedBytes(',"preauth":false}\n')
const COUNT = new FixedBytes(',"count":')
const ATTEMPTS = new FixedBytes(',"attempts":')
const PENDING = new FixedBytes(',"pending":true')
const BECAUSE = new FixedBytes(',"because":')
const END = new FixedBytes('}\n')

const KNOWN_METHODS: ReadonlyMap<string, FixedBytes> = new Map(
  ['password', 'publickey', 'none', 'keyboard-interactive/pam'].map((method) => [
    method,
    new FixedBytes(`,"method":"${method}"`),
  ]),
)

type KindBytes = Readonly<Record<SshEvent['outcome'], FixedBytes>>

const KIND: ReadonlyMap<string, KindBytes> = new Map(
  Object.keys(KINDS).map((kind) => {
    const withOutcome = (outcome: string) => new FixedBytes(`,"kind":"${kind}","outcome":"${outcome}"`)
    return [
      kind,
      { failure: withOutcome('failure'), success: withOutcome('success'), info: withOutcome('info') },
    ]
  }),
)
