import { readLine } from '../../formats/test-reader.ts'
import { LineSplitter } from '../../formats/text/lines.ts'
import type { Mode } from '../rules/mode.ts'
import { SshClassifier } from '../sessions/classifier.ts'
import type { SshEvent } from '../sessions/event.ts'
import { LogClassifier } from './log-classifier.ts'

type Events = (SshEvent | undefined)[]

/** What the lines of a log come to, from its bytes in chunks of such a length. */
export function classifiedBytes(log: Buffer, mode: Mode, chunk = log.length): Events {
  const events: Events = []
  const classifier = new LogClassifier(new SshClassifier(mode), readLine, (event) => events.push(event))
  for (let at = 0; at < log.length; at += chunk) {
    classifier.push(Buffer.from(log.subarray(at, at + chunk)))
    classifier.push(Buffer.alloc(0))
  }
  classifier.end()
  return events
}

/** The same from its lines as text, one by one. */
export function classifiedText(log: Buffer, mode: Mode): Events {
  const splitter = new LineSplitter()
  const lines = [...splitter.push(log), ...splitter.end()]
  const classifier = new SshClassifier(mode)
  return lines.map((line) => classifier.classify(readLine(line)))
}
