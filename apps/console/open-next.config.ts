/** How the console becomes Lambda functions. Used by the deploy and by `e2e/open-next.spec.ts`, which runs the result. */
export default {
  default: {},
  buildCommand: 'npm run build',
  // Every page is made per request: there is nothing to keep, and no table and queue to keep it with.
  dangerous: { disableIncrementalCache: true, disableTagCache: true },
}
