import type { Command } from 'commander'
import { PROVISIONER } from '../../catalog/applications.ts'
import { SQL_APPLIER } from '../../catalog/groups.ts'
import { topic } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import type { Target } from '../../sql/apply/apply.ts'
import { catalogTopics } from '../../sql/apply/catalog-topics.ts'
import type { Deployments } from '../../sql/apply/deployments.ts'
import { holdDeployments, readDeployments } from '../../sql/apply/deployments-topic.ts'
import type { Engine } from '../../sql/apply/engine.ts'
import { ENGINES, type EngineName } from '../../sql/engines.ts'
import { profileNameOf, profileOf } from '../options/profile-option.ts'

const RECORD = topic('sql-deployments').name

export interface EngineOptions {
  engine: EngineName
  url?: string
}

/** Connects to the engine of `--engine` and `--url`. */
export function engineOf(command: Command, { engine, url }: EngineOptions): Promise<Engine> {
  return ENGINES[engine].connect(profileNameOf(command), url)
}

/** The engine and its recorded deployments, read-only: it does not even create the topic of the records. */
export async function inspectTarget(
  command: Command,
  options: EngineOptions,
): Promise<{ engine: Engine; deployments: Deployments }> {
  const engine = await engineOf(command, options)
  const profile = profileOf(command, SQL_APPLIER)
  const admin = await connectAdmin(profile, SQL_APPLIER)
  const existing = await admin.listTopics().finally(() => admin.disconnect())
  if (!existing.includes(RECORD)) return { engine, deployments: { all: new Map(), others: [] } }
  return { engine, deployments: await readDeployments(profile, engine.id) }
}

/** Runs `work` with exclusive access to the recorded deployments of the engine. An earlier holder is fenced and stops. */
export async function withTarget<T>(
  command: Command,
  options: EngineOptions,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const engine = await engineOf(command, options)
  const admin = await connectAdmin(profileOf(command, PROVISIONER), PROVISIONER)
  try {
    const topics = catalogTopics(admin)
    await topics.require([RECORD])
    const deployments = await holdDeployments(profileOf(command, SQL_APPLIER), engine.id)
    return await work({ engine, deployments, topics }).finally(() => deployments.close())
  } finally {
    await admin.disconnect()
  }
}
