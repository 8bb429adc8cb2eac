import { PlanRefusedError } from '../errors.ts'

/** How long to wait for Confluent Cloud's answer: without one, Terraform continues anyway. */
const PATIENCE_MS = 5_000

/** What a cloud key may see of an environment. */
export type EnvironmentAccess = 'visible' | 'forbidden' | 'gone' | 'key refused' | 'unknown'

export interface EnvironmentQuestion {
  readonly environmentId: string
  readonly endpoint?: string | undefined
  readonly key: string
  readonly secret: string
  readonly patienceMs?: number
}

/**
 * Asks Confluent Cloud whether the key may see the environment, because the provider cannot tell a 403 from a 404.
 * Never throws: without a clear answer within a few seconds, the result is `unknown`.
 */
export async function environmentAccess(question: EnvironmentQuestion): Promise<EnvironmentAccess> {
  const { environmentId, endpoint = 'https://api.confluent.cloud', key, secret } = question
  try {
    const { status } = await fetch(`${endpoint}/org/v2/environments/${encodeURIComponent(environmentId)}`, {
      headers: { authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}` },
      redirect: 'error',
      signal: AbortSignal.timeout(question.patienceMs ?? PATIENCE_MS),
    })
    if (status === 200) return 'visible'
    if (status === 401) return 'key refused'
    if (status === 403) return 'forbidden'
    if (status === 404) return 'gone'
  } catch {}
  return 'unknown'
}

/**
 * Throws if Confluent Cloud clearly said that the key does not see the environment.
 * @throws PlanRefusedError that says how to fix it
 */
export function requireAccess(
  access: EnvironmentAccess,
  {
    stage,
    environmentId,
    forget,
  }: {
    readonly stage: string
    readonly environmentId: string
    /** The shell command that takes a deleted environment out of the state. */
    readonly forget: string
  },
): void {
  if (access === 'key refused')
    throw new PlanRefusedError(
      'Confluent Cloud refuses the cloud key (401): check CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET; it must be a Cloud API key (docs/operations.md)',
    )
  if (access === 'forbidden')
    throw new PlanRefusedError(
      `the cloud key may not see the environment ${environmentId} of the stage ${stage} (403): give its account OrganizationAdmin; if the environment was deleted by hand, take it out of the state and try again: ${forget}`,
    )
  if (access === 'gone')
    throw new PlanRefusedError(
      `the environment ${environmentId} of the stage ${stage} does not exist any more (404): if it was deleted by hand, take it out of the state and try again: ${forget}`,
    )
}
