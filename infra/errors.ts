import { PlaystreamError } from '../catalog/errors.ts'

/** Settings that are missing, wrong or contradict each other: all of them, in one message. */
export class SettingsError extends PlaystreamError {}

/** Terraform is missing, failed, or answered something unexpected. */
export class TerraformError extends PlaystreamError {}

/** A plan that would do harm, refused before anything was done: what it would do, why, and the way on. */
export class PlanRefusedError extends PlaystreamError {}
