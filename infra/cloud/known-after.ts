import { conditional, Fn, Op } from '../cdktf.ts'

/**
 * The value, but unknown in a plan as long as `other` is unknown: Terraform does not evaluate a condition on an
 * unknown.
 * @param other something that is never empty once it is known
 */
export function knownAfter(other: string, value: string | number): ReturnType<typeof conditional> {
  return conditional(Op.gte(Fn.lengthOf(other), 1), value, null)
}
