import type { ReadTime } from './time/iso-time.ts'

/** A line as Kubernetes' container runtimes write it. */
export interface CriLine {
  readonly timestamp: number
  readonly stream: string
  readonly isPartial: boolean
  readonly text: string
}

/** `stdout F `, possibly with more tags: the first tag distinguishes full lines (F) from parts (P). */
const STREAM = /(std(?:out|err)) ([FP])(?::\S{0,100})? /y

/** Reads the CRI's `TIME stdout|stderr F|P TEXT`, as containerd and CRI-O write it; undefined for any other line. */
export function criLine(
  line: string,
  readTime: (text: string, from: number) => ReadTime | undefined,
): CriLine | undefined {
  const at = line.indexOf(' ') + 1
  if (at < 20 || at > 40 || line.charCodeAt(at) !== 115) return undefined
  STREAM.lastIndex = at
  const found = STREAM.exec(line)
  const time = found ? readTime(line, 0) : undefined
  if (!found || time?.end !== at - 1) return undefined
  return {
    timestamp: time.timestamp,
    stream: found[1] as string,
    isPartial: found[2] === 'P',
    text: line.slice(STREAM.lastIndex),
  }
}
