import { CodedError } from '../catalog/errors.ts'

export type LocalRuntimeErrorCode =
  | 'PORT_TAKEN'
  | 'HOST_LACKS'
  | 'INSTALL_FAILED'
  | 'SERVICE_ENDED'
  | 'NOT_HEALTHY'
  | 'BUSY'
  | 'STOPPED'

/** A fault of the embedded runtime. */
export class LocalRuntimeError extends CodedError<LocalRuntimeErrorCode> {}
