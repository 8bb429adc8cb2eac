/** Retention modes of de-duplicated ids that both engines support. */
export const RETENTIONS = ['sliding', 'forever'] as const

export type Retention = (typeof RETENTIONS)[number]
