import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// A test's broker lives for seconds: Java's optimizing compiler would cost more time than it saves.
process.env.JDK_JAVA_OPTIONS ??= '-XX:TieredStopAtLevel=1'

/** The files that take the longest, longest first. Started last, one of them would run alone at the end. */
const SLOW = [
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

const shared = { exclude: ['**/node_modules/**', '.playstream/**'] }

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirst },
    projects: [
      // What must hold of the source itself; part of `npm run check`.
      { test: { ...shared, name: 'rules', include: ['*.rules.test.ts'] } },
      {
        test: {
          ...shared,
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
          testTimeout: 90_000,
          hookTimeout: 90_000,
          // Two cores, which two tests do not fill: most of them wait for a broker now and then.
          maxWorkers: 3,
        },
      },
      // Kills under load, each test on a runtime of its own: npm run test:faults.
      {
        test: {
          ...shared,
          name: 'faults',
          include: ['**/*.faults.test.ts'],
          globalSetup: ['local/test-runtime.ts'],
          testTimeout: 90_000,
          hookTimeout: 90_000,
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
          testTimeout: 90_000,
          hookTimeout: 90_000,
          maxWorkers: 1,
          env: { PLAYSTREAM_TEST_CLIENTS: 'all' },
        },
      },
    ],
  },
})
