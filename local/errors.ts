export type LocalRuntimeErrorCode =
  | 'PORT_TAKEN'
  | 'HOST_LACKS'
  | 'INSTALL_FAILED'
  | 'SERVICE_ENDED'
  | 'NOT_HEALTHY'
  | 'BUSY'
  | 'STOPPED'

/** Something about the embedded runtime that its user can mend; the message says how. */
export class LocalRuntimeError extends Error {
  override readonly name = 'LocalRuntimeError'
  readonly code: LocalRuntimeErrorCode

  constructor(code: LocalRuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
