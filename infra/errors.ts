/** The base of what this room throws: something the user can mend, in one line that names the thing and the fix. */
export class InfraError extends Error {
  override readonly name: string = 'InfraError'
}

/** Settings that are missing, wrong or contradict each other: all of them, in one message. */
export class SettingsError extends InfraError {
  override readonly name = 'SettingsError'
}

/** Terraform is missing, failed, or answered something unexpected. */
export class TerraformError extends InfraError {
  override readonly name = 'TerraformError'
}

/** A plan that would do harm, refused before anything was done: what it would do, why, and the way on. */
export class PlanRefusedError extends InfraError {
  override readonly name = 'PlanRefusedError'
}
