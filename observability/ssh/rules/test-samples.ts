import { AUTHENTICATION_SAMPLES } from './test-authentication-samples.ts'
import { CONNECTION_SAMPLES } from './test-connection-samples.ts'
import { PROTOCOL_SAMPLES } from './test-protocol-samples.ts'
import { REFUSAL_SAMPLES } from './test-refusal-samples.ts'
import type { Sample } from './test-sample.ts'

/** Messages of every kind. */
export const SAMPLES: readonly Sample[] = [
  ...AUTHENTICATION_SAMPLES,
  ...REFUSAL_SAMPLES,
  ...PROTOCOL_SAMPLES,
  ...CONNECTION_SAMPLES,
]
