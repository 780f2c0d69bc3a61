// Prepares a fresh clone: plain Node 20 without dependencies, because it runs before there are any.
// npm calls it before start, test and the other commands (pre<name> scripts); a second run finds
// every stamp fresh and ends in well under a second.
import { chromium } from './setup/chromium.mjs'
import { consoleBuild } from './setup/console-build.mjs'
import { jobsClasses, jobsEnvironment, jobsTools } from './setup/jobs-environment.mjs'
import { withSetupLock } from './setup/lock.mjs'
import { packages } from './setup/packages.mjs'
import { pythonEnvironment, pythonTools } from './setup/python-environment.mjs'
import { runSteps } from './setup/run-steps.mjs'
import { snowflakeEnvironment } from './setup/snowflake-environment.mjs'
import { sstPlatform } from './setup/sst-platform.mjs'
import { checkTools } from './setup/tools.mjs'

/** Steps in an order that respects `after`; independent ones run side by side. */
const steps = [
  packages,
  pythonEnvironment,
  pythonTools,
  jobsEnvironment,
  jobsTools,
  jobsClasses,
  snowflakeEnvironment,
  sstPlatform,
  consoleBuild,
  chromium,
]

/** What each npm command needs; a step brings the ones it depends on. */
const needs = {
  setup: ['packages', 'python-tools', 'jobs-tools', 'snowflake', 'sst'],
  start: ['packages', 'python', 'jobs', 'snowflake', 'sst'],
  test: ['packages', 'python-tools', 'jobs-tools', 'snowflake', 'sst', 'console', 'chromium'],
  check: ['packages', 'python-tools', 'jobs-tools', 'sst'],
  contracts: ['packages', 'python-tools'],
  snowflake: ['packages'],
  'test:unit': ['packages', 'python-tools', 'snowflake', 'sst'],
  'test:jobs': ['packages', 'python-tools', 'jobs-tools'],
  'test:cloud': ['packages', 'python', 'jobs', 'snowflake', 'sst'],
  'test:e2e': ['packages', 'python', 'jobs', 'snowflake', 'sst', 'console', 'chromium'],
  conformance: ['packages', 'python-tools'],
  bench: ['packages', 'python', 'jobs', 'jobs-classes', 'console', 'chromium'],
  audit: ['packages', 'jobs-tools'],
  soak: ['packages', 'jobs-tools'],
  screenshots: ['packages', 'chromium'],
  format: ['packages'],
}

const command = (process.env.npm_lifecycle_event ?? 'setup').replace(/^pre/, '')
const asked = process.argv.slice(2).length > 0 ? process.argv.slice(2) : (needs[command] ?? needs.setup)

try {
  checkTools()
  const wanted = withDependencies(asked)
  const stale = wanted.filter((step) => !step.isFresh())
  // What the machine itself lacks is said before minutes of downloads, not after.
  for (const step of stale) step.requires?.()
  // Another process may be preparing the same clone: what it finishes while we wait is fresh for us.
  if (stale.length > 0) await withSetupLock(() => runSteps(wanted.filter((step) => !step.isFresh())))
} catch (error) {
  console.error(
    `\n${error instanceof Error && error.remedy ? `${error.message}\n  → ${error.remedy}` : error}`,
  )
  process.exitCode = 1
}

function withDependencies(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name))
  if (unknown.length > 0) throw new Error(`unknown set-up step: ${unknown.join(', ')}`)
  const all = new Set(names)
  for (const step of [...steps].reverse())
    if (all.has(step.name)) for (const name of step.after) all.add(name)
  return steps.filter((step) => all.has(step.name))
}
