import { defineConfig } from 'vitest/config'

/** unit = pure + real PostgreSQL; sst = rules over the infrastructure program; cloud = against the local cloud. */
export default defineConfig({
  test: {
    // Vitest leaves one core alone; much of what our tests do is waiting for a database or a child process.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: ['packages/common/src/control-plane/testing/global-setup.ts'],
          include: [
            '{packages,apps}/*/src/**/*.test.ts',
            'packages/local-cloud/{engine,provider}/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/*.cloud.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'dom',
          include: ['apps/console/src/**/*.test.tsx'],
          environment: 'jsdom',
        },
      },
      {
        test: {
          name: 'sst',
          include: ['packages/pipeline/infra/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'cloud',
          globalSetup: ['packages/local-cloud/src/testing/start-test-cloud.ts'],
          include: ['packages/**/*.cloud.test.ts', 'apps/**/*.cloud.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          // Real processes on a busy machine. The second try is said at the end of the run, by name.
          retry: 1,
          fileParallelism: false,
        },
      },
    ],
  },
})
