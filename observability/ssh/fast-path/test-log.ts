import { readLine } from '../../formats/test-reader.ts'
import { LineSplitter } from '../../formats/text/lines.ts'
import type { Mode } from '../rules/mode.ts'
import { SshClassifier } from '../sessions/classifier.ts'
import type { SshEvent } from '../sessions/event.ts'
import { LogClassifier } from './log-classifier.ts'

type Events = (SshEvent | undefined)[]

/** The events of a log's lines, classified from its bytes in chunks of the given length. */
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

/** The events of a log's lines, classified as text line by line. */
export function classifiedText(log: Buffer, mode: Mode): Events {
  const splitter = new LineSplitter()
  const lines = [...splitter.push(log), ...splitter.end()]
  const classifier = new SshClassifier(mode)
  return lines.map((line) => classifier.classify(readLine(line)))
}
