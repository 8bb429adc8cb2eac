/** A table of the bytes whose ASCII character matches: 1 for a match, 0 for all others. */
export function byteClass(character: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    code < 128 && character.test(String.fromCharCode(code)) ? 1 : 0,
  )
}

/** Where the bytes of a class that start at `from` end. */
export function endOfClass(bytes: Uint8Array, from: number, isInClass: Uint8Array): number {
  let at = from
  while (isInClass[bytes[at] as number] === 1) at += 1
  return at
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

export function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from
  while (isDigit(bytes[at] as number)) at += 1
  return at
}

/** The whole number that digits spell. */
export function numberOf(bytes: Uint8Array, from: number, end: number): number {
  let value = 0
  for (let at = from; at < end; at += 1) value = value * 10 + (bytes[at] as number) - 48
  return value
}
