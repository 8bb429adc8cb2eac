/** For how long an id is remembered: the two ways that both engines have. */
export const RETENTIONS = ['sliding', 'forever'] as const

export type Retention = (typeof RETENTIONS)[number]
