// The answers of ksqlDB's /ksql that the applier reads.
// https://docs.confluent.io/platform/current/ksqldb/developer-guide/ksqldb-rest-api/ksql-endpoint.html

/** One entity of an answer: one for each statement. */
export interface Entity {
  readonly '@type'?: string
  readonly streams?: readonly Source[]
  readonly tables?: readonly Source[]
  readonly queries?: readonly RunningQuery[]
  readonly properties?: readonly { readonly name: string; readonly value: string | null }[]
  readonly commandId?: string
  readonly commandStatus?: CommandStatus
  readonly warnings?: readonly (string | { readonly message: string })[]
}

export interface Source {
  readonly name: string
  readonly topic: string
}

export interface RunningQuery {
  readonly id: string
  readonly sinks?: readonly string[]
  readonly queryType?: string
  readonly state?: string
}

export interface CommandStatus {
  readonly status: 'QUEUED' | 'PARSING' | 'EXECUTING' | 'RUNNING' | 'TERMINATED' | 'SUCCESS' | 'ERROR'
  readonly message?: string
}

/** Whether the server is still executing the command. */
export function isUnderWay({ status }: CommandStatus): boolean {
  return status === 'QUEUED' || status === 'PARSING' || status === 'EXECUTING'
}
