import { writeFileSync } from 'node:fs'
import pc from 'picocolors'
import { checkContracts } from './checks/check-contracts.ts'
import { checkDocs } from './checks/check-docs.ts'
import { checkLocks } from './checks/check-locks.ts'
import { checkPython } from './checks/check-python.ts'
import { checkStateMachine } from './checks/check-state-machine.ts'
import { checkTypes } from './checks/check-types.ts'
import { rootDir, runTool, tool } from './run-tool.ts'
import type { Counts } from './test.ts'

export type CheckResult = { readonly ok: boolean; readonly output: string }

type Check = { readonly name: string; readonly what: string; readonly run: () => Promise<CheckResult> }

const byTool = async (command: string, args: readonly string[]): Promise<CheckResult> => {
  const { code, output } = await runTool(command, args)
  return { ok: code === 0, output }
}

/** The longest first: on two cores the short ones fill the gaps. */
const checks: readonly Check[] = [
  { name: 'types', what: 'tsc over every room and infra', run: checkTypes },
  {
    name: 'biome',
    what: 'format, lint, room fences',
    run: () => byTool(tool('biome'), ['check', '--error-on-warnings', '--max-diagnostics=50', '.']),
  },
  { name: 'python', what: 'ruff and mypy', run: checkPython },
  { name: 'knip', what: 'dead code and dependencies', run: () => byTool(tool('knip'), ['--no-progress']) },
  { name: 'contracts', what: 'every contract compiles', run: checkContracts },
  { name: 'runs', what: 'the state machine: language, expressions, our rules', run: checkStateMachine },
  { name: 'locks', what: 'Python locks are of their requirements', run: checkLocks },
  { name: 'docs', what: 'cited paths exist', run: checkDocs },
]

const parallel = 3
const resultFile = process.argv.find((arg) => arg.startsWith('--result='))?.slice('--result='.length)
const startedAt = performance.now()
const results = new Map<Check, CheckResult & { readonly seconds: number }>()
const waiting = [...checks]

await Promise.all(
  Array.from({ length: parallel }, async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const from = performance.now()
      const result = await check.run()
      results.set(check, { ...result, seconds: (performance.now() - from) / 1000 })
      if (!result.ok) console.log(`\n${pc.red(`✗ ${check.name}`)}\n${result.output.trimEnd()}\n`)
    }
  }),
)

const failed = checks.filter((check) => !results.get(check)?.ok)
for (const check of checks) {
  const result = results.get(check)
  const sign = result?.ok ? pc.green('✓') : pc.red('✗')
  console.log(
    `  ${sign} ${check.name.padEnd(10)} ${(result?.seconds ?? 0).toFixed(1).padStart(5)} s  ${check.what}`,
  )
}
console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
if (resultFile) writeFileSync(resultFile, JSON.stringify(asCounts()))
process.chdir(rootDir)
process.exitCode = failed.length > 0 ? 1 : 0

function asCounts(): Counts {
  return {
    passed: checks.length - failed.length,
    failed: failed.length,
    skipped: 0,
    failures: failed.map((check) => ({
      name: `${check.name} (${check.what})`,
      message: results.get(check)?.output ?? '',
    })),
    flaky: [],
  }
}
