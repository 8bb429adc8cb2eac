// The de-duplication stage alone, on the benchmark's own topics and in its own process, like its peer. Arguments:
// bootstrap servers, client, input topic, prefix of the group and all other topics. Ends on SIGTERM.
import { processorNamed } from '../catalog/processors.ts'
import { topicNamed } from '../catalog/topics.ts'
import { partitionReader } from '../kafka/clients/partition-reader.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { createStream, type StreamClient } from '../kafka/stream/stream-client.ts'
import { dedup } from '../streams/processors/dedup.ts'
import { ProcessorMetrics } from '../streams/runtime/metrics.ts'
import { router } from '../streams/runtime/router.ts'
import { runProcessor } from '../streams/runtime/runtime.ts'
import { DEFAULTS } from '../streams/runtime/start-processor.ts'

const RETENTION_MS = 24 * 60 * 60 * 1000

const [servers = '', client = '', input = '', prefix = ''] = process.argv.slice(2)
const profile: Profile = {
  name: 'bench',
  bootstrapServers: servers.split(','),
  tls: false,
  registry: { url: '' },
}
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
const metrics = new ProcessorMetrics()
const say = (line: string) => process.stderr.write(`${line}\n`)
const port = createStream(client as StreamClient, profile, {
  ...DEFAULTS,
  application: 'bench',
  groupId: prefix,
  topic: input,
  meter: metrics,
  warn: say,
})
const topology = {
  input,
  deadLetters: `${prefix}-dlq`,
  changelogs: { main: `${prefix}-changelog` },
  retentionMs: RETENTION_MS,
  route: router(processorNamed('transactions-dedup').outputs.map(topicNamed), `${prefix}-`),
}
const readPartition = partitionReader(profile, 'bench')
await runProcessor(
  dedup({ retentionMs: RETENTION_MS, mode: 'fixed' }),
  topology,
  { port, readPartition, metrics, say },
  stop.signal,
)
const { user, system } = process.cpuUsage()
say(
  JSON.stringify({
    ...metrics,
    cpuSeconds: (user + system) / 1e6,
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }),
)
