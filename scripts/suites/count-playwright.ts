import { z } from 'zod'
import type { Counts } from '../test.ts'

const report = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
})

/** Counts of Playwright's JSON report. Flaky counts as failed: a test that passes at times proves nothing. */
export function countPlaywright(json: string): Counts {
  const { stats, errors } = report.parse(JSON.parse(json))
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  }
}
