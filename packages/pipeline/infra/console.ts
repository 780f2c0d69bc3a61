import type { Stage } from './stage.ts'

/** One origin for people: CloudFront in front of console and API, so that cookies are first-party and CORS is not needed. */
export function createOrigin(stage: Stage): sst.aws.Router | undefined {
  if (stage.isLocal) return undefined
  const domain = process.env.LEAN_OPS_DOMAIN
  return new sst.aws.Router('Origin', domain ? { domain } : {})
}

/** Address people type. On stage local the supervisor starts the console and says where. */
export const consoleUrlOf = (origin: sst.aws.Router | undefined): $util.Input<string> =>
  origin === undefined ? (process.env.LEAN_OPS_CONSOLE_URL ?? 'http://127.0.0.1:3000') : origin.url

/** The console and the two paths that go straight to the API: the console holds no secrets and refreshes nothing. */
export function createConsole(origin: sst.aws.Router | undefined, api: sst.aws.Function): void {
  if (origin === undefined) return
  origin.route('/api', api.url)
  origin.route('/auth', api.url)
  new sst.aws.Nextjs('Console', {
    path: 'apps/console',
    // SST's own default is of a version before Next 16; this one is what `apps/console` has and its tests run.
    openNextVersion: '4.1.12',
    router: { instance: origin },
    // For what the server renders; a browser's calls never come this way.
    environment: { API_URL: api.url },
    // A cold start on the first page of an incident is felt; one warm copy costs less than a coffee a month.
    warm: 1,
  })
}
