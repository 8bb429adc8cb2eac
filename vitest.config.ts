import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// A test's broker lives for seconds: Java's optimizing compiler would cost more time than it saves.
process.env.JDK_JAVA_OPTIONS ??= '-XX:TieredStopAtLevel=1'

/** The files that take the longest, longest first. Started last, one of them would run alone at the end. */
const SLOW = [
  'cli/observe/prometheus.it.test.ts',
  'cli/demo/start-metrics.it.test.ts',
  'cli/demo/start.it.test.ts',
  'sql/conformance/flink.it.test.ts',
  'cli/local/up.it.test.ts',
  'observability/ssh/attacks/detector.it.test.ts',
  'cli/streams/poison.it.test.ts',
  'sql/conformance/verify.it.test.ts',
  'cli/dlq/dlq.it.test.ts',
  'sql/conformance/node.it.test.ts',
  'cli/ssh/ssh-detect.it.test.ts',
  'cli/cluster/ipv6.it.test.ts',
  'observability/ship/files/file-registry.test.ts',
  'cli/sql/sql-server.it.test.ts',
  'cli/logs/logs-ship.it.test.ts',
]

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOW.findIndex((file) => moduleId.endsWith(`/${file}`))
      return at < 0 ? SLOW.length : at
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}

/**
 * How many files run at once, of all projects together: two cores are not filled by two tests, most of which wait for a
 * broker now and then. Projects whose numbers differ would run one after the other.
 */
const maxWorkers = Math.max(3, Math.min(availableParallelism(), 6))

/** A test is to fail by what it expects, not by how busy the machine is. */
const patience = { testTimeout: 240_000, hookTimeout: 240_000 }

const shared = { exclude: ['**/node_modules/**', '.playstream/**'] }

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      // What must hold of the source itself; part of `npm run check`.
      { test: { ...shared, maxWorkers, name: 'rules', include: ['*.rules.test.ts'] } },
      {
        test: {
          ...shared,
          maxWorkers,
          testTimeout: 30_000,
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [
            ...shared.exclude,
            '**/*.it.test.ts',
            '**/*.faults.test.ts',
            '**/*.long.test.ts',
            '*.rules.test.ts',
          ],
        },
      },
      // Against the real services, one runtime for all of them.
      {
        test: {
          ...shared,
          name: 'broker',
          include: ['**/*.it.test.ts'],
          globalSetup: ['local/test-runtime.ts'],
          ...patience,
          maxWorkers,
        },
      },
      // Kills under load, each test on a runtime of its own: npm run test:faults.
      {
        test: {
          ...shared,
          name: 'faults',
          include: ['**/*.faults.test.ts'],
          globalSetup: ['local/test-runtime.ts'],
          ...patience,
          maxWorkers: 1,
        },
      },
      // What takes too long for every change, on all Kafka clients: npm run test:long.
      {
        test: {
          ...shared,
          name: 'long',
          include: [
            '**/*.long.test.ts',
            '**/*.faults.test.ts',
            'streams/**/*.it.test.ts',
            'observability/**/*.it.test.ts',
          ],
          globalSetup: ['local/test-runtime.ts'],
          ...patience,
          maxWorkers: 1,
          env: { PLAYSTREAM_TEST_CLIENTS: 'all' },
        },
      },
    ],
  },
})
