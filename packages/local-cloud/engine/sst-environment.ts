import path from 'node:path'

/** The environment in which the SST CLI deploys onto the local cloud, and reports to nobody. */
export function buildSstEnvironment(options: {
  root: string
  endpoint: string
  region?: string
  base?: NodeJS.ProcessEnv
}): NodeJS.ProcessEnv {
  const { root, endpoint, region = 'us-east-1', base = process.env } = options
  // A profile or session of the developer's own account must not reach the CLI.
  const { AWS_PROFILE: _profile, AWS_SESSION_TOKEN: _token, ...rest } = base
  return {
    ...rest,
    NO_BUN: '1',
    SST_NO_BUN: '1',
    SST_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    XDG_CONFIG_HOME: path.join(root, '.local/cfg'),
  }
}
