/** The first bytes of files that are not text. Sources: the specifications of the formats, and file(1)'s magic. */
const MAGIC: readonly (readonly [kind: string, hex: string, at?: number])[] = [
  ['xz', 'fd377a585a00'],
  ['bzip2', '425a68'],
  ['zstd', '28b52ffd'],
  ['lz4', '04224d18'],
  ['lzip', '4c5a4950'],
  ['compress (.Z)', '1f9d'],
  ['zip', '504b0304'],
  ['zip', '504b0506'],
  ['7-Zip', '377abcaf271c'],
  ['rar', '526172211a07'],
  ['tar', '7573746172', 257],
  ['systemd journal', '4c504b5348485248'],
  ['SQLite', '53514c69746520666f726d6174203300'],
  ['ELF', '7f454c46'],
  ['PNG', '89504e470d0a1a0a'],
  ['JPEG', 'ffd8ff'],
  ['PDF', '255044462d'],
  ['pcap', 'd4c3b2a1'],
  ['pcapng', '0a0d0d0a'],
  ['UTF-32 text', 'fffe0000'],
  ['UTF-32 text', '0000feff'],
  ['UTF-16 text', 'fffe'],
  ['UTF-16 text', 'feff'],
]
/** What follows `BZh` and a digit in a bzip2 file: a block, or the end of an empty stream. */
const BZIP2_BLOCK = /^(314159265359|177245385090)/
/** The highest share of control characters in text, not counting tabs, line breaks, form feeds, backspaces and escapes. */
const MAX_CONTROL_RATIO = 0.05

/**
 * The kind of a file that is not lines of UTF-8, judged by its first bytes; undefined for text. NUL bytes at the beginning of a
 * line are ignored: they are the hole in a file that was truncated while its writer kept its offset.
 */
export function binaryKind(head: Buffer): string | undefined {
  for (const [kind, hex, at = 0] of MAGIC) {
    const end = at + hex.length / 2
    if (head.toString('hex', at, end) !== hex) continue
    if (kind === 'bzip2' && !BZIP2_BLOCK.test(head.toString('hex', 4, 10))) continue
    return kind
  }
  let characters = 0
  let controls = 0
  let isLineStart = true
  for (const byte of head) {
    if (isLineStart && byte === 0) continue
    isLineStart = byte === 10
    characters += 1
    if (byte < 7 || (byte > 13 && byte < 32 && byte !== 27)) controls += 1
  }
  return controls > characters * MAX_CONTROL_RATIO && controls > 4 ? 'binary' : undefined
}
