/**
 * How long an id is remembered. Only Flink has `fixed`: the retention depends on an earlier result, and ksqlDB has no window
 * that begins with the first record.
 */
export const RETENTIONS = ['sliding', 'fixed', 'forever'] as const

export type Retention = (typeof RETENTIONS)[number]
