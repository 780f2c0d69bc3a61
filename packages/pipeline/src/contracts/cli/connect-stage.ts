import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type ApiClient, createApiClient } from '@lean-ops/common/api-client/create-api-client'
import { currentToken } from '@lean-ops/common/api-client/current-token'
import { glueClient, s3Client } from '@lean-ops/common/aws/clients'
import type { LakeDeps } from '@lean-ops/common/lake/lake-deps'
import { databaseName } from '@lean-ops/common/topics/topic-names'
import { z } from 'zod'
import type { Settings } from './exit-codes.ts'

const RunFile = z.object({
  urls: z.object({ console: z.url().optional(), aws: z.url().optional() }).default({}),
})
const fallbackUrl = 'http://127.0.0.1:3000'

/** The API of the stage: `--url`, LEAN_OPS_URL, or where `npm start` of this checkout says its console is. */
export async function connectApi({ env, rootDir, url }: Settings): Promise<ApiClient> {
  const address = new URL(url ?? env.LEAN_OPS_URL ?? (await runningUrls(rootDir)).console ?? fallbackUrl)
  return createApiClient(address.origin, () => currentToken(env, address.origin))
}

/**
 * The lake of the stage. Reading RAW shows payloads, so it takes AWS credentials of one's own; only the local stage has
 * some for everybody.
 */
export async function connectLake(settings: Settings): Promise<LakeDeps & { rawDatabase: string }> {
  const { env, stage, rootDir } = settings
  if (stage === 'local' && env.AWS_ENDPOINT_URL === undefined) {
    const { aws } = await runningUrls(rootDir)
    if (aws !== undefined)
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: aws,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      })
  }
  return { glue: glueClient(), s3: s3Client(), rawDatabase: databaseName(stage, 'raw') }
}

async function runningUrls(rootDir: string): Promise<z.infer<typeof RunFile>['urls']> {
  try {
    return RunFile.parse(JSON.parse(await readFile(path.join(rootDir, '.local/run.json'), 'utf8'))).urls
  } catch {
    // No cloud runs here: the caller falls back to the usual address.
    return {}
  }
}
