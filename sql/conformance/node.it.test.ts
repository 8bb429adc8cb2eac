import { expect, test } from 'vitest'
import { topic } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { applyTopicChange } from '../../kafka/provision/topic-admin.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { ownRuntime } from '../../local/test-own-runtime.ts'
import { DETECTOR_RULES, detectorMetrics, runDetector } from '../../observability/ssh/attacks/detector.ts'
import type { RetentionMode } from '../../streams/processors/dedup.ts'
import { dedupMetrics, runDedup } from '../../streams/processors/dedup-pipeline.ts'
import { playerState } from '../../streams/processors/player-state.ts'
import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { DEFAULTS, startProcessor } from '../../streams/runtime/start-processor.ts'
import { startTogether } from '../../streams/runtime/start-together.ts'
import { CATALOG } from '../scripts/place.ts'
import { answers } from './answers/answers.ts'
import { Feed } from './feed.ts'
import { conformanceInput, TRANSACTIONS_TIME } from './input/input.ts'
import { runWaves } from './run-waves.ts'
import { supportedWaves } from './supported-waves.ts'
import { NODE } from './test-node.ts'
import { Watch } from './watch.ts'

// The processors choose their topics' names themselves, so the test has its own broker.
const runtime = ownRuntime()

test.each(['fixed', 'sliding'] as const)(
  'the Node processors give the plain model’s answers, record by record, with the retention %s',
  async (mode: RetentionMode) => {
    const { profile } = runtime
    const admin = await connectAdmin(profile, 'test')
    await applyTopicChange(admin, {
      kind: 'configure',
      topic: { ...topic('transactions'), time: TRANSACTIONS_TIME },
      settings: [],
    })
    const now = Date.now()
    const feed = await Feed.open(profile, new Registry(profile), 'test', CATALOG)
    const topics = [...NODE.outputs.map((output) => output.topic), ...NODE.identified]
    const watch = await Watch.start(profile, admin, 'test', topics)
    const stop = new AbortController()
    const running = startProcessors(mode, stop.signal)
    try {
      const { verdicts } = await Promise.race([
        runWaves({
          waves: supportedWaves(
            NODE.design(mode),
            conformanceInput(7, now, topic('transactions').partitions),
          ),
          now,
          place: CATALOG,
          conformance: NODE,
          answers: (waves) => answers(waves, NODE.design(mode)),
          feed,
          watch,
          signal: stop.signal,
          patienceMs: 20_000,
          settleMs: 1_000,
        }),
        running.then(() => {
          throw new Error('the processors have ended')
        }),
      ])
      expect(verdicts.map(({ name, differences }) => ({ name, differences }))).toEqual(
        NODE.outputs.map(({ name }) => ({ name, differences: [] })),
      )
      expect(verdicts.every(({ expected }) => expected > 0)).toBe(true)
    } finally {
      stop.abort()
      await running
      await Promise.all([watch.close(), feed.close(), admin.disconnect()])
    }
  },
)

function startProcessors(mode: RetentionMode, signal: AbortSignal): Promise<void> {
  const { profile } = runtime
  const options = { ...DEFAULTS, say: () => undefined }
  const day = 24 * 60 * 60_000
  return startTogether(
    [
      (end) =>
        runDedup(profile, { ...options, mode, retentionMs: day, metrics: dedupMetrics(), signal: end }),
      (end) =>
        startProcessor(playerState, profile, {
          ...options,
          retentionMs: Number.POSITIVE_INFINITY,
          metrics: new ProcessorMetrics(),
          signal: end,
        }),
      (end) => runDetector(profile, DETECTOR_RULES, { ...options, metrics: detectorMetrics(), signal: end }),
    ],
    signal,
  )
}
