import { DynamicBuffer } from '@platformatic/dynamic-buffer'

/**
 * @platformatic/dynamic-buffer 0.3.1 encodes a 64-bit variable-length integer right only up to 32 bits. A record's
 * timestamp is such an integer, its distance from the first of its batch: records more than 24 days apart in one batch
 * would get wrong timestamps, without an error where the broker finds them in range. This is the encoding of Protocol
 * Buffers that Kafka's record format asks for (zig-zag, seven bits a byte). @platformatic/kafka has no other way to it.
 */
export function encodeVarInt64(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  const bytes: number[] = []
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

DynamicBuffer.prototype.writeVarInt64 = function (value: bigint, append = true): void {
  if (append) this.append(encodeVarInt64(value))
  else this.prepend(encodeVarInt64(value))
}
