import { z } from 'zod'
import type { Counts, Failure } from '../test.ts'

const error = z.object({ message: z.string().default('') })

const spec = z.object({
  title: z.string(),
  file: z.string(),
  ok: z.boolean(),
  tests: z.array(z.object({ status: z.string(), results: z.array(z.object({ errors: z.array(error) })) })),
})

const suite = z.object({
  specs: z.array(spec),
  get suites() {
    return z.array(suite).optional()
  },
})

const report = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(error),
  suites: z.array(suite).default([]),
})

/** Counts of Playwright's JSON report; a flaky test is one that passed at its second try. */
export function countPlaywright(json: string): Counts {
  const { stats, errors, suites } = report.parse(JSON.parse(json))
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    failures: [
      ...errors.map(({ message }) => ({ name: 'outside of the tests', message })),
      ...named(suites, 'unexpected'),
    ],
    flaky: named(suites, 'flaky'),
  }
}

function named(suites: readonly z.infer<typeof suite>[], wanted: string): Failure[] {
  return suites.flatMap(specsOf).flatMap(({ title, file, tests }) =>
    tests
      .filter(({ status }) => status === wanted)
      .map(({ results }) => ({
        name: `${file} › ${title}`,
        message: results.flatMap(({ errors }) => errors)[0]?.message ?? '',
      })),
  )
}

function specsOf({ specs, suites }: z.infer<typeof suite>): readonly z.infer<typeof spec>[] {
  return [...specs, ...(suites ?? []).flatMap(specsOf)]
}
