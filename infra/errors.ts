import { PlaystreamError } from '../catalog/errors.ts'

/** Settings that are missing, wrong or contradictory: all problems in one message. */
export class SettingsError extends PlaystreamError {}

/** Terraform is missing, failed, or returned something unexpected. */
export class TerraformError extends PlaystreamError {}

/** A harmful plan, refused before anything was changed: what it would do, why, and how to continue. */
export class PlanRefusedError extends PlaystreamError {}
