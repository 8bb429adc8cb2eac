import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { catalog } from '../../catalog/catalog.ts'
import { lineageOf } from '../../catalog/lineage.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { ProfileError, UnreachableError } from '../../kafka/errors.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { declaredGroups } from '../../observability/lag/declared-groups.ts'
import { LagMonitor } from '../../observability/lag/lag-monitor.ts'
import { mainFlow } from '../../observability/lineage/main-flow.ts'
import { declaredMermaid, seenMermaid } from '../../observability/lineage/mermaid.ts'
import { openLineage } from '../../observability/lineage/openlineage.ts'
import { type SeenLineage, seenLineage, unseenLineage } from '../../observability/lineage/seen-lineage.ts'
import { choice } from '../options/choice.ts'
import { durationOption } from '../options/duration-option.ts'
import { profileNameOf, profileOf } from '../options/profile-option.ts'
import { say } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'
import { lineageJson, lineageTable } from './lineage-view.ts'

const FORMATS = ['text', 'mermaid', 'json', 'openlineage'] as const

interface Options {
  format: (typeof FORMATS)[number]
  declared?: true
  all?: true
  observe: number
}

/** A lineage, and the cluster that was asked for it; undefined if none was. */
interface Found {
  readonly lineage: SeenLineage
  readonly bootstrapServer: string | undefined
}

export function lineageCommand(program: Command): void {
  const command = program
    .command('lineage')
    .description('where every record comes from and goes: as declared, and as the cluster shows it')
    .option('--format <format>', `one of ${FORMATS.join(', ')}`, choice(...FORMATS), 'text')
    .option('--declared', 'what the catalog declares, without asking a cluster')
    .option(
      '--all',
      'in text and mermaid also changelogs, dead letters, SQL versions, dashboard and operator',
    )
    .addOption(durationOption('--observe <time>', 'the time between the two looks at the cluster', 3_000))
    .addHelpText(
      'after',
      `
Each flow is one of
  declared and seen   its group has members or its offsets moved; of a writer: the topic grew
  declared only       the cluster shows nothing of it; readers without a group leave no trace there
  seen only           a consumer group reads a topic and the catalog does not say so
A record does not say who wrote it: where a topic has several writers, its growth counts for all of
them, except for processors that do not run. json and openlineage have all flows; openlineage has
an event (JobEvent) in each line, and does not say which flows are seen.

Examples:
  playstream lineage
  playstream lineage --observe 10s --all
  playstream lineage --declared --format mermaid`,
    )
    .action((options: Options) => lineage(command, options))
}

async function lineage(command: Command, options: Options): Promise<void> {
  const { format, all } = options
  const found = await findLineage(command, options)
  const shown = all ? found.lineage : mainFlow(found.lineage)
  const isSeen = found.bootstrapServer !== undefined
  if (format === 'text') print(lineageTable(shown))
  else if (format === 'mermaid') print(isSeen ? seenMermaid(shown) : declaredMermaid(shown))
  else if (format === 'json') printJson(lineageJson(found.lineage, isSeen))
  else {
    const events = openLineage(found.lineage, {
      bootstrapServer: found.bootstrapServer ?? profileNameOf(command),
      namespace: profileNameOf(command),
      at: Date.now(),
    })
    for (const event of events) printJson(event)
  }
}

async function findLineage(command: Command, { declared, observe }: Options): Promise<Found> {
  const fromCatalog = lineageOf(catalog)
  const unseen = { lineage: unseenLineage(fromCatalog), bootstrapServer: undefined }
  if (declared) return unseen
  try {
    const profile = profileOf(command, 'dashboard')
    const [before, now] = await twoLooks(profile, observe)
    return {
      lineage: seenLineage(fromCatalog, before, now),
      bootstrapServer: profile.bootstrapServers[0],
    }
  } catch (error) {
    if (!(error instanceof ProfileError || error instanceof UnreachableError)) throw error
    say(`playstream: ${error.message}; only what the catalog declares is shown`)
    return unseen
  }
}

async function twoLooks(profile: Profile, apartMs: number) {
  const admin = await connectAdmin(profile, 'lineage')
  await admin.disconnect()
  const monitor = new LagMonitor(profile, 'lineage', declaredGroups)
  try {
    const before = await monitor.look()
    await sleep(apartMs)
    return [before, await monitor.look()] as const
  } finally {
    await monitor.close()
  }
}
