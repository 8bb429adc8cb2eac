import { SqlError } from '../errors.ts'
import { filledBy, type SqlObject } from '../scripts/object.ts'
import { filledTopics, type OthersDeployment } from './deployments.ts'

/**
 * Requires that no other engine fills, or has filled, an output topic of these objects: each record would be in it
 * twice, with nothing to tell the copies apart.
 * @throws SqlError that names the engine, the object, the topic and the fix
 */
export function requireToBeAlone(objects: readonly SqlObject[], others: readonly OthersDeployment[]): void {
  const ours = new Set(objects.flatMap(filledBy))
  for (const { engine, deployment } of others) {
    const shared = filledTopics(deployment).find((topic) => ours.has(topic))
    if (shared === undefined) continue
    const { name, state, at, url } = deployment
    const [kind] = engine.split('/')
    throw new SqlError(
      `${shared} is filled by another engine, ${engine} (${name}, ${state} at ${at}), and would hold everything twice; nothing was ` +
        `applied: first drop that${url === undefined ? ', at its --url if that is not the profile’s,' : ''} with: playstream ` +
        `sql drop --engine ${kind}${addressOf(url)} --delete-topics`,
    )
  }
}

/** Old records have no address, and only a plain URL is safe as a shell argument. */
function addressOf(url: string | undefined): string {
  if (url === undefined) return ''
  return ` --url ${/^https?:\/\/[\w.:[\]%/-]+$/.test(url) ? url : '<its address>'}`
}
