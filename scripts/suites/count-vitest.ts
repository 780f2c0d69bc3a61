import path from 'node:path'
import { z } from 'zod'
import { rootDir } from '../run-tool.ts'
import type { Counts, Failure } from '../test.ts'

const assertion = z.object({
  status: z.string(),
  fullName: z.string(),
  failureMessages: z.array(z.string()).nullish(),
})

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(assertion),
    }),
  ),
})

/**
 * Counts of Vitest's JSON report. A file that fails before its tests are known is one failure; a passed test
 * with failure messages passed at its second try.
 */
export function countVitest(json: string): Counts {
  const read = report.parse(JSON.parse(json))
  const broken = read.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return {
    passed: read.numPassedTests,
    failed: read.numFailedTests + broken.length,
    skipped: read.numPendingTests + read.numTodoTests,
    failures: [
      ...broken.map(({ name, message = '' }) => ({ name: path.relative(rootDir, name), message })),
      ...named(read.testResults, 'failed'),
    ],
    flaky: named(read.testResults, 'passed').filter(({ message }) => message !== ''),
  }
}

function named(files: z.infer<typeof report>['testResults'], wanted: string): Failure[] {
  return files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === wanted)
      .map(({ fullName, failureMessages }) => ({
        name: `${path.relative(rootDir, name)} › ${fullName}`,
        message: failureMessages?.[0] ?? '',
      })),
  )
}
