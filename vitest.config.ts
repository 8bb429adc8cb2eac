import { defineConfig } from 'vitest/config'

const shared = { exclude: ['**/node_modules/**', '.playstream/**'] }

export default defineConfig({
  test: {
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
          // Two cores: a broker and the tests themselves already fill them.
          maxWorkers: 2,
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
