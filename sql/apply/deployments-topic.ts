import { deploymentsTransactionalId, SQL_APPLIER } from '../../catalog/groups.ts'
import { topic } from '../../catalog/topics.ts'
import { FencedError, FencedWriter, readLatest } from '../../kafka/clients/fenced-writer.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { TakenOverError } from '../errors.ts'
import type { Deployment, Deployments, HeldDeployments, OthersDeployment } from './deployments.ts'

/** The application that reads and writes the record. */
export const APPLIER = SQL_APPLIER

const TOPIC = topic('sql-deployments').name

/** Reads an engine's deployment record, without taking it over. */
export async function readDeployments(profile: Profile, engine: string, from = TOPIC): Promise<Deployments> {
  const entries = await readLatest(profile, APPLIER, from)
  const all = new Map<string, Deployment>()
  const others: OthersDeployment[] = []
  for (const [key, value] of entries) {
    const deployment: Deployment = JSON.parse(value.toString())
    const owner = key.slice(0, -`/${deployment.name}`.length)
    if (owner === engine) all.set(deployment.name, deployment)
    else others.push({ engine: owner, deployment })
  }
  return { all, others }
}

/**
 * Opens an engine's record for writing and fences the previous holder, so that of two concurrent applies only the newer
 * one continues. The record is read after the fencing, so it includes everything the previous holder wrote.
 */
export async function holdDeployments(
  profile: Profile,
  engine: string,
  on = TOPIC,
): Promise<HeldDeployments> {
  const transactionalId = deploymentsTransactionalId(engine)
  const held = await FencedWriter.take(profile, { application: APPLIER, topic: on, transactionalId })
  const { all, others } = await readDeployments(profile, engine, on).catch(async (error) => {
    await held.close()
    throw error
  })
  const entries = new Map(all)
  return {
    all: entries,
    others,
    async write(name, deployment) {
      try {
        await held.write(`${engine}/${name}`, deployment ? JSON.stringify(deployment) : null)
      } catch (error) {
        if (!(error instanceof FencedError)) throw error
        throw new TakenOverError(
          `another apply or drop of ${engine} has begun and continues; this one stopped before it changed ${name}`,
          { cause: error },
        )
      }
      if (deployment) entries.set(name, deployment)
      else entries.delete(name)
    },
    close: () => held.close(),
  }
}
