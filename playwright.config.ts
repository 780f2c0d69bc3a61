import { existsSync, readFileSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** Found by `scripts/setup/chromium.mjs`: the machine's own browser before any download. */
const record = new URL('.local/chromium-path', import.meta.url)
const executablePath = existsSync(record) ? readFileSync(record, 'utf8').trim() : undefined
const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  globalSetup: './packages/local-cloud/src/testing/start-test-cloud.ts',
  // One cloud for all tests and two cores: side by side they would only wait for each other.
  workers: 1,
  forbidOnly: true,
  // The second try is said at the end of the run, by name.
  retries: 1,
  // Only how long a state is waited for on a machine that is busy: nothing here is a measurement.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  use: {
    headless: true,
    actionTimeout: 60_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        // Chromium refuses its sandbox to root, as whom tests run in most containers.
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        // The rest keeps it from calling home: a test run talks to 127.0.0.1 only.
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
