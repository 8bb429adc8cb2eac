import { CodedError, PlaystreamError } from '../catalog/errors.ts'

/** The connection profile is missing, incomplete or contradictory. */
export class ProfileError extends PlaystreamError {}

/** A broker or registry did not answer, or refused the credentials. */
export class UnreachableError extends PlaystreamError {
  readonly address: string

  constructor(address: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.address = address
  }
}

/** The registry answered, and said no. */
export class RegistryError extends PlaystreamError {
  /** The HTTP status; 0 where the answer was not HTTP's. */
  readonly status: number
  /** The registry's own error code, such as 40403 for an unknown schema; undefined where it gave none. */
  readonly code: number | undefined

  constructor(status: number, message: string, options?: ErrorOptions & { readonly code?: number }) {
    super(message, options)
    this.status = status
    this.code = options?.code
  }
}

/** A difference between the catalog and the cluster that cannot, or must not, be applied. */
export class ApplyError extends PlaystreamError {}

export type PayloadErrorCode =
  /** No value at all (a tombstone) where an event was expected. */
  | 'EMPTY'
  /** Shorter than the wire format's five bytes, or its first byte is not 0. */
  | 'NOT_WIRE_FORMAT'
  /** The registry does not know the schema id. */
  | 'UNKNOWN_SCHEMA'
  /** The writer's schema cannot be read as the reader's. */
  | 'INCOMPATIBLE_SCHEMA'
  /** The bytes are not what the schema says. */
  | 'CORRUPT'

/** A record's value that cannot be read. The pipeline sets the record aside and continues. */
export class PayloadError extends CodedError<PayloadErrorCode> {}
