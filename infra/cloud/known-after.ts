import { conditional, Fn, Op } from '../cdktf.ts'

/**
 * A value that a plan takes for known only when something else is known as well, and that is the value itself once it is
 * applied: Terraform knows no condition whose question has no answer yet.
 * @param other something that is never empty once it is known
 */
export function knownAfter(other: string, value: string | number): ReturnType<typeof conditional> {
  return conditional(Op.gte(Fn.lengthOf(other), 1), value, null)
}
