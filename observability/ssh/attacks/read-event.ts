import { UnprocessableRecord } from '../../../streams/runtime/processor.ts'
import { readJsonObject } from '../../formats/text/json-object.ts'
import type { SshEvent } from '../sessions/event.ts'
import { LONGEST_HOST } from './host.ts'

/**
 * Reads an SSH event from a record's value.
 * @throws UnprocessableRecord for a value that is not an SSH event
 */
export function readEvent(value: Buffer | null): SshEvent {
  if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
  const event = readJsonObject(value.toString())
  if (event === undefined) throw new UnprocessableRecord('NOT_JSON', 'the value is not a JSON object')
  const wrong = FIELDS.find(([name, isRight]) => !isRight(event[name]))
  if (wrong)
    throw new UnprocessableRecord(
      'NOT_JSON',
      `the value is not an SSH event: its field ${wrong[0]} has a wrong type or length`,
    )
  return event as unknown as SshEvent
}

const isText = (value: unknown) => typeof value === 'string'
const isAbsentOr = (isRight: (value: unknown) => boolean) => (value: unknown) =>
  value == null || isRight(value)
const isName = (value: unknown) => isText(value) && (value as string).length <= LONGEST_HOST

/** Operators may write to the topic too, and the detector relies on these types. */
const FIELDS: readonly (readonly [keyof SshEvent, (value: unknown) => boolean])[] = [
  ['kind', isText],
  ['outcome', isText],
  ['time', isAbsentOr(isText)],
  ['host', isAbsentOr(isName)],
  ['remoteAddress', isAbsentOr(isName)],
  ['user', isAbsentOr(isText)],
  ['attempts', isAbsentOr((value) => Number.isSafeInteger(value) && (value as number) >= 0)],
]
