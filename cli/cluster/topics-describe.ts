import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { PROVISIONER } from '../../catalog/applications.ts'
import { topics } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { readTopics } from '../../kafka/provision/topic-admin.ts'
import { declaredGroups } from '../../observability/lag/declared-groups.ts'
import type { LagSnapshot } from '../../observability/lag/lag.ts'
import { LagMonitor } from '../../observability/lag/lag-monitor.ts'
import { nearestName } from '../../observability/lineage/nearest-name.ts'
import { describeTopic } from '../../observability/lineage/topic-description.ts'
import { durationOption } from '../options/duration-option.ts'
import { profileOf } from '../options/profile-option.ts'
import { EXIT } from '../terminal/exit.ts'
import { say } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { topicDescriptionJson, topicDescriptionText } from './topic-description-view.ts'

const LOOK_MS = 1_000

interface Options {
  observe: number
  json?: true
}

export function addTopicsDescribe(parent: Command): void {
  const command = parent
    .command('describe')
    .argument('<topic>', 'a topic of the catalog, or any other topic of the cluster')
    .description('what the catalog says of a topic, and what the cluster has')
    .addOption(
      durationOption(
        '--observe <time>',
        'how long to look at the groups that read it; verdicts on lag need 20s',
        1_000,
      ),
    )
    .option('--json', 'print the description as JSON')
    .addHelpText(
      'after',
      `
A partition's records lie from its start to its stable end; from there to the high watermark they
belong to transactions that are still open.

Examples:
  playstream topics describe transactions
  playstream topics describe logs --observe 20s --json`,
    )
    .action((name: string, options: Options) => describe(command, name, options))
}

async function describe(command: Command, name: string, { observe, json }: Options): Promise<void> {
  const admin = await connectAdmin(profileOf(command, PROVISIONER), PROVISIONER)
  try {
    const cluster = await readTopics(admin)
    const known = [...new Set([...topics, ...cluster].map((topic) => topic.name))]
    if (!known.includes(name)) {
      const nearest = nearestName(name, known)
      const hint =
        nearest === undefined ? 'playstream topics list shows the catalog’s' : `did you mean ${nearest}?`
      say(`playstream: neither the catalog nor the cluster has a topic ${printable(name)}; ${hint}`)
      process.exitCode = EXIT.failed
      return
    }
    const snapshot = await observed(profileOf(command, 'dashboard'), observe)
    const description = describeTopic(name, topics, cluster, snapshot)
    if (!description) throw new Error(`the topic ${printable(name)} was deleted meanwhile`)
    if (json) printJson(topicDescriptionJson(description))
    else print(topicDescriptionText(description))
  } finally {
    await admin.disconnect()
  }
}

/** The last of several looks, since one look cannot tell whether a group with lag is working. */
async function observed(profile: Profile, forMs: number): Promise<LagSnapshot> {
  const monitor = new LagMonitor(profile, 'topics-describe', declaredGroups)
  try {
    const end = performance.now() + forMs
    let snapshot = await monitor.look()
    while (performance.now() < end) {
      await sleep(Math.min(LOOK_MS, Math.max(0, end - performance.now())))
      snapshot = await monitor.look()
    }
    return snapshot
  } finally {
    await monitor.close()
  }
}
