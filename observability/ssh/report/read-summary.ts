import { topic } from '../../../catalog/topics.ts'
import { partitionReader } from '../../../kafka/clients/partition-reader.ts'
import type { Profile } from '../../../kafka/profile/profile.ts'
import type { StreamRecord } from '../../../kafka/protocol/record.ts'
import { readJsonObject } from '../../formats/text/json-object.ts'
import { attackReportOf } from '../attacks/attack-report.ts'
import {
  AttackSummarizer,
  type AttackSummary,
  type CountReport,
  type SummaryOptions,
} from './attack-summary.ts'

/**
 * Reads the committed records of `ssh-attacks` and `ssh-counts` from beginning to current end. `ssh-attacks` is read from
 * its beginning, two weeks ago, because an attack that opened then may still be open.
 */
export async function readSummary(profile: Profile, options: SummaryOptions): Promise<AttackSummary> {
  const summarizer = new AttackSummarizer(options)
  const read = partitionReader(profile, 'dashboard')
  // The read ends by itself.
  const { signal } = new AbortController()
  const readAll = async (name: 'ssh-attacks' | 'ssh-counts', take: (record: StreamRecord) => void) => {
    const { partitions } = topic(name)
    const each = (records: readonly StreamRecord[]) => records.forEach(take)
    const all = Array.from({ length: partitions }, (_, partition) => read(name, partition, each, signal))
    await Promise.all(all)
  }
  await readAll('ssh-attacks', ({ value }) => {
    const report = attackReportOf(value)
    if (report) summarizer.addAttack(report)
  })
  await readAll('ssh-counts', ({ value }) => {
    const count = countReportOf(value)
    if (count) summarizer.addCount(count)
  })
  return summarizer.summary()
}

function countReportOf(value: Buffer | null): CountReport | undefined {
  const count = readJsonObject(value?.toString() ?? '')
  const isWhole =
    ['scope', 'key'].every((name) => typeof count?.[name] === 'string') &&
    ['failures', 'attempts', 'successes', 'first', 'last'].every((name) => Number.isFinite(count?.[name]))
  return isWhole ? (count as unknown as CountReport) : undefined
}
