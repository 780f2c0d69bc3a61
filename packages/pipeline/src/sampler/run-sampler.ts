import { bumpVersion } from '@lean-ops/common/control-plane/bump-version'
import { syncTopics } from './sync-topics.ts'
import { type SampleReport, type SamplerDeps, takeSample } from './take-sample.ts'

/** The schedule is once a minute; the next invocation takes over. */
const invocationMs = 55_000
/** Kept back of the function's time to write a sample of 700 topics into a busy database. */
const savingMs = 10_000
/** Of a sample that is slow (hundreds of topics on a laptop): it may take a quarter of the time, not all of it. */
const restFactor = 3

type Pace = {
  /** Time from the start of one sample to the start of the next, in milliseconds. */
  everyMs: number
  /** What the Lambda has left, in milliseconds. */
  remainingMs: () => number
  sleep: (ms: number) => Promise<void>
  report: (sample: SampleReport) => void
}

/**
 * One invocation: topics first, then a sample every `everyMs` until the minute is nearly over or the function's own time
 * is. With `everyMs` of a minute that is exactly one sample.
 */
export async function runSampler(deps: SamplerDeps, pace: Pace): Promise<number> {
  const start = deps.now().getTime()
  const isChanged = await syncTopics(deps.db, deps.registry.topics, deps.now())
  if (isChanged) await bumpVersion(deps.db, 'topics')
  for (let samples = 1; ; samples += 1) {
    const begun = deps.now().getTime()
    pace.report(await takeSample(deps, AbortSignal.timeout(Math.max(1_000, pace.remainingMs() - savingMs))))
    const took = deps.now().getTime() - begun
    const wait = Math.max(pace.everyMs - took, restFactor * took)
    const elapsed = deps.now().getTime() - start
    // The next sample may take twice as long as this one did.
    const isLast = elapsed + wait >= invocationMs || pace.remainingMs() <= wait + 2 * took + 1_000
    if (isLast) return samples
    await pace.sleep(wait)
  }
}
