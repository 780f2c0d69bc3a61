import path from 'node:path'
import { jobsPython, python, rootDir, tool } from '../run-tool.ts'
import type { Counts } from '../test.ts'
import { countJunit } from './count-junit.ts'
import { countPlaywright } from './count-playwright.ts'
import { countVitest } from './count-vitest.ts'

export type Suite = {
  /** As in `npm run test:<part>`; `check` is `npm run check`. */
  readonly part: string
  readonly title: string
  readonly command: string
  readonly args: (report: string) => readonly string[]
  readonly cwd?: string
  readonly env?: (report: string) => Readonly<Record<string, string>>
  readonly count: (report: string) => Counts
  /** Runs against the local cloud that one set-up brings up for all such suites. */
  readonly needsCloud?: true
}

const vitest = (part: string, title: string, projects: readonly string[]): Suite => ({
  part,
  title,
  command: tool('vitest'),
  args: (report) => [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
  count: countVitest,
})

const pytest = (title: string, python: string, folder: string, options: readonly string[] = []): Suite => ({
  part: 'jobs',
  title,
  command: python,
  args: (report) => [
    '-m',
    'pytest',
    ...options,
    `--junitxml=${report}`,
    '-o',
    // Absolute: pytest refuses a cache folder whose path climbs.
    `cache_dir=${path.join(rootDir, '.local/cache/pytest', folder)}`,
  ],
  cwd: path.join(rootDir, folder),
  count: countJunit,
})

/** In the order in which a reader wants to learn of a fault: seconds first, browsers last. */
export const suites: readonly Suite[] = [
  {
    part: 'check',
    title: 'check',
    command: process.execPath,
    args: (report) => [path.join(rootDir, 'scripts/check.ts'), `--result=${report}`],
    count: (report) => JSON.parse(report),
  },
  vitest('unit', 'units', ['unit', 'dom']),
  vitest('unit', 'SST rules', ['sst']),
  // Each file has an emulator of its own, and most of its time is that emulator's waiting.
  pytest('emulator (Python)', python, 'packages/local-cloud/emulator', ['-n2', '--dist=loadfile']),
  // Two Sparks side by side: what costs the time is planning, on one thread of each.
  pytest('Spark jobs', jobsPython, 'packages/pipeline/glue', ['-n2', '--dist=worksteal']),
  { ...vitest('cloud', 'local cloud', ['cloud']), needsCloud: true },
  {
    part: 'e2e',
    title: 'browser',
    command: tool('playwright'),
    args: () => ['test', '--reporter=list,json'],
    env: (report) => ({ PLAYWRIGHT_JSON_OUTPUT_FILE: report }),
    count: countPlaywright,
    needsCloud: true,
  },
]
