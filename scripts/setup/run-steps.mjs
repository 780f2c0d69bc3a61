import { createProgress } from './progress.mjs'

/**
 * Runs steps side by side, each as soon as the steps it comes after are done. One failure does not
 * stop the others (their work is kept for the next run), but everything after it is left out.
 */
export async function runSteps(steps) {
  const progress = createProgress(steps)
  const done = new Map()
  const failures = []
  for (const step of steps) {
    const before = step.after.map((name) => done.get(name)).filter(Boolean)
    done.set(
      step.name,
      Promise.all(before).then(async (results) => {
        if (results.includes(false)) {
          progress.skip(step, 'not run: a step before it failed')
          return false
        }
        progress.begin(step)
        try {
          progress.end(step, await step.run((line) => progress.say(step, line)))
          return true
        } catch (error) {
          progress.fail(step, error.message.split('\n')[0])
          failures.push({ step, error })
          return false
        }
      }),
    )
  }
  await Promise.all(done.values())
  progress.close()
  if (failures.length === 0) return
  const report = failures.map(({ step, error }) => `${step.title}: ${error.message}`).join('\n')
  const remedies = failures.map(({ error }) => error.remedy).filter(Boolean)
  throw Object.assign(new Error(`set-up failed\n${report}`), {
    remedy: remedies.join('\n  → ') || 'Mend the cause and run the command again: finished steps are kept.',
  })
}
