import { readLine } from '../../formats/test-reader.ts'
import { MODES, type Mode } from '../rules/mode.ts'
import { SshClassifier } from './classifier.ts'
import type { SshEvent } from './event.ts'

/** Classifies messages of sshd's, one per second, of a single connection unless a pid is given. */
export function classifyAll(
  messages: readonly (string | readonly [pid: number, message: string])[],
  mode: Mode,
) {
  const classifier = new SshClassifier(mode)
  return messages.map((one, second) => {
    const [pid, message] = typeof one === 'string' ? [4711, one] : one
    const time = `Nov 20 10:${String(Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}`
    return classifier.classify(readLine(`${time} web-1 sshd[${pid}]: ${message}`)) as SshEvent
  })
}

/** The modes in which a message by itself is a failure. */
export function failsIn(message: string): readonly Mode[] {
  return MODES.filter((mode) => classifyAll([message], mode)[0]?.outcome === 'failure')
}
