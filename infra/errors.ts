/** The base of this module's errors: something the user can fix, in one line that names the thing and the fix. */
export class InfraError extends Error {
  override readonly name: string = 'InfraError'
}

/** Settings that are missing, wrong or contradictory: all problems in one message. */
export class SettingsError extends InfraError {
  override readonly name = 'SettingsError'
}

/** Terraform is missing, failed, or returned something unexpected. */
export class TerraformError extends InfraError {
  override readonly name = 'TerraformError'
}

/** A harmful plan, refused before anything was changed: what it would do, why, and how to go on. */
export class PlanRefusedError extends InfraError {
  override readonly name = 'PlanRefusedError'
}
