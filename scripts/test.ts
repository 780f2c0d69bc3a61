import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'
import startTestCloud from '../packages/local-cloud/src/testing/start-test-cloud.ts'
import { rootDir, runTool } from './run-tool.ts'
import { type Suite, suites } from './suites/suites.ts'

export type Counts = {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly failures: readonly Failure[]
  /** Passed at the second try: counted as passed, and said. Only suites that wait for real processes have one. */
  readonly flaky: readonly Failure[]
}

/** `name` leads to the test (file and title), `message` is what the runner says of it, of any length. */
export type Failure = { readonly name: string; readonly message: string }

/**
 * `node scripts/test.ts [part…]`: the suites one after the other, everything they print, a table, and as the
 * very last line `N passed, N failed` over all of them.
 */
const parts = process.argv.slice(2)
const unknown = parts.filter((part) => suites.every((suite) => suite.part !== part))
if (unknown.length > 0) {
  console.error(
    `unknown part: ${unknown.join(', ')} (there are ${[...new Set(suites.map((s) => s.part))].join(', ')})`,
  )
  process.exit(2)
}

const reports = path.join(rootDir, '.local/test-reports')
mkdirSync(reports, { recursive: true })
const results: Array<{ readonly suite: Suite; readonly counts: Counts; readonly seconds: number }> = []

const chosen = suites.filter(({ part }) => parts.length === 0 || parts.includes(part))
// Each suite could bring up the cloud by itself; two of them share one instead.
const isCloudShared = chosen.filter(({ needsCloud }) => needsCloud).length > 1
let stopCloud: (() => Promise<void>) | undefined

for (const suite of chosen) {
  console.log(`\n${pc.bold(pc.inverse(` ${suite.title} `))}\n`)
  if (isCloudShared && suite.needsCloud) stopCloud ??= await startCloud()
  const startedAt = performance.now()
  const counts = await run(suite)
  results.push({ suite, counts, seconds: (performance.now() - startedAt) / 1000 })
}

await stopCloud?.()

// Once more at the end: whoever sees only the last lines of a long run must learn what failed.
for (const { suite, counts } of results) {
  for (const failure of counts.flaky)
    report(pc.yellow(`~ ${suite.title}, passed at its second try:`), failure)
  for (const failure of counts.failures) report(pc.red(`✗ ${suite.title}:`), failure)
}

console.log()
for (const { suite, counts, seconds } of results) {
  const sign = counts.failed > 0 ? pc.red('✗') : pc.green('✓')
  const skipped = counts.skipped > 0 ? pc.yellow(`, ${counts.skipped} skipped`) : ''
  const flaky = counts.flaky.length > 0 ? pc.yellow(`, ${counts.flaky.length} at the second try`) : ''
  console.log(
    `  ${sign} ${suite.title.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s  ${counts.passed} passed, ${counts.failed} failed${skipped}${flaky}`,
  )
}
const total = (key: 'passed' | 'failed'): number => results.reduce((sum, { counts }) => sum + counts[key], 0)
console.log(`\n${total('passed')} passed, ${total('failed')} failed`)
process.exitCode = total('failed') > 0 ? 1 : 0

function report(sign: string, { name, message }: Failure): void {
  console.log(`\n${sign} ${name}\n${shorten(stripVTControlCharacters(message))}`)
}

/** The first lines, indented: a diff of two large objects has thousands. */
function shorten(message: string): string {
  const lines = message.trim().split('\n')
  const shown = lines.slice(0, 12).map((line) => `    ${line.slice(0, 300)}`)
  return [...shown, ...(lines.length > shown.length ? ['    …'] : [])].join('\n')
}

/** When it does not start, the suites say so themselves, each with its own attempt. */
async function startCloud(): Promise<(() => Promise<void>) | undefined> {
  try {
    return await startTestCloud()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return undefined
  }
}

async function run(suite: Suite): Promise<Counts> {
  const report = path.join(reports, `${suite.title.replace(/\W+/g, '-')}.report`)
  rmSync(report, { force: true })
  const { code } = await runTool(suite.command, suite.args(report), {
    ...(suite.cwd ? { cwd: suite.cwd } : {}),
    env: { ...(pc.isColorSupported ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }), ...suite.env?.(report) },
    isStreamed: true,
  })
  const counts = read(suite, report)
  // A suite that ends badly without naming a failed test (a crash, no tests found) is a failure all the same.
  if (code === 0 || counts.failed > 0) return counts
  const name = 'the suite ended badly without a failed test'
  return {
    ...counts,
    failed: 1,
    failures: [{ name, message: `exit code ${code}; see its own output above` }],
  }
}

function read(suite: Suite, file: string): Counts {
  try {
    return suite.count(readFileSync(file, 'utf8'))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: [{ name: 'no readable report', message }],
      flaky: [],
    }
  }
}
