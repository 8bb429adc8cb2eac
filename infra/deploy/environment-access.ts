/** How long to wait for Confluent Cloud's answer: the check is a courtesy, and Terraform goes on without it. */
const PATIENCE_MS = 5_000

/** What Confluent Cloud says of an environment to a cloud key. */
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
 * Never throws: where there is no clear answer within a few seconds it is `unknown`.
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
