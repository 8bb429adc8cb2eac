import { expect, test } from 'vitest'
import { rootCause } from './failure.ts'

test('the root cause is the last exception’s message with all its lines, without the list of expected tokens', () => {
  const trace = `<Exception on server side:
org.apache.flink.table.gateway.api.utils.SqlGatewayException: Failed to fetchResults.
	at org.apache.flink.A.b(A.java:1)
Caused by: org.apache.calcite.sql.parser.SqlParseException: Encountered "FORM" at line 2, column 3.
Was expecting one of:
    "FROM" ...
	at org.apache.calcite.C.d(C.java:2)
	... 8 more

End of exception on server side>`
  expect(rootCause(trace)).toBe('SqlParseException: Encountered "FORM" at line 2, column 3.')
})

test('a text that is not a stack trace is returned unchanged', () => {
  expect(rootCause('it is FAILED')).toBe('it is FAILED')
})
