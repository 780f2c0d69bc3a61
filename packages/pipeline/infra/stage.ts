/** What every module needs to know of the stage that is being evaluated. */
export type Stage = {
  name: string
  /** `lean-ops-<stage>`: the beginning of every fixed physical name. */
  prefix: string
  /** The laptop: no VPC, no CDN; PostgreSQL and the identity provider are given by the supervisor. */
  isLocal: boolean
  isProduction: boolean
  account: $util.Output<string>
  region: $util.Output<string>
  /** Options of what holds data: in production neither a changed program nor `sst remove` may delete it. */
  keep: { protect: boolean; retainOnDelete: boolean }
}

export function describeStage(): Stage {
  const isProduction = $app.stage === 'production'
  return {
    name: $app.stage,
    prefix: `${$app.name}-${$app.stage}`,
    isLocal: $app.stage === 'local',
    isProduction,
    account: aws.getCallerIdentityOutput({}).accountId,
    region: aws.getRegionOutput({}).region,
    keep: { protect: isProduction, retainOnDelete: isProduction },
  }
}
