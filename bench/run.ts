import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pc from 'picocolors'
import type { Bench } from './define-bench.ts'
import { printResult } from './print-result.ts'

const here = import.meta.dirname

const usage = (names: readonly string[]): string => `npm run bench -- <name> [options]

Benches: ${names.join(', ')}

  --quick          at most 60 seconds, the order of magnitude only
  --json           one last line of JSON with all figures
  --baseline DIR   compare with a checkout of the system to beat (run unchanged)
  --help           this text`

async function main(): Promise<number> {
  const names = (await readdir(here)).filter((n) => existsSync(path.join(here, n, 'bench.ts'))).sort()
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      baseline: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [name] = positionals
  if (values.help || name === undefined) {
    console.log(usage(names))
    return values.help ? 0 : 2
  }
  if (!names.includes(name)) {
    console.error(`There is no bench called "${name}".\n\n${usage(names)}`)
    return 2
  }
  if (values.baseline !== undefined && !existsSync(values.baseline)) {
    console.error(`--baseline: there is no folder ${values.baseline}`)
    return 2
  }

  const workFolder = path.resolve(here, '..', '.local', 'bench', name)
  await mkdir(workFolder, { recursive: true })
  const { bench } = (await import(path.join(here, name, 'bench.ts'))) as { bench: Bench }
  const started = performance.now()
  console.log(pc.bold(bench.title))
  const result = await bench.run({
    isQuick: values.quick,
    baseline: values.baseline === undefined ? undefined : path.resolve(values.baseline),
    workFolder,
    say: (line) => console.log(pc.dim(line)),
  })
  const seconds = Math.round((performance.now() - started) / 100) / 10
  printResult(result, console.log)
  console.log(pc.dim(`\n${seconds} s${values.quick ? ', quick' : ''}`))
  if (values.json)
    console.log(
      JSON.stringify({
        bench: name,
        quick: values.quick,
        seconds,
        figures: result.figures,
        checks: result.checks,
      }),
    )
  return result.checks.every((c) => c.isKept) ? 0 : 1
}

process.exitCode = await main()
