import { expect, test } from 'vitest'
import { GuaranteeError } from '../errors.ts'
import { requireCheckpoints } from './guarantees.ts'

const GRANTED = {
  'execution.checkpointing.interval': '1 s',
  'execution.checkpointing.mode': 'EXACTLY_ONCE',
  'execution.checkpointing.dir': 'file:///checkpoints',
}

function require(settings: Record<string, string>): void {
  requireCheckpoints(new Map(Object.entries(settings)), 'http://flink')
}

test('checkpoints in exactly-once mode to a durable place are accepted, and that mode is the default', () => {
  require(GRANTED)
  const { 'execution.checkpointing.mode': _, ...rest } = GRANTED
  require(rest)
})

test.each([
  ['execution.checkpointing.interval', undefined],
  ['execution.checkpointing.interval', '0 ms'],
  ['execution.checkpointing.mode', 'AT_LEAST_ONCE'],
  ['execution.checkpointing.dir', undefined],
])('%s = %s is refused with its name and the right setting', (setting, value) => {
  const { [setting as keyof typeof GRANTED]: _, ...rest } = GRANTED
  const settings = { ...rest, ...(value === undefined ? {} : { [setting]: value }) }
  expect(() => require(settings)).toThrow(GuaranteeError)
  expect(() => require(settings)).toThrow(`${setting} = ${value ?? 'nothing'}, and exactly-once takes`)
})
