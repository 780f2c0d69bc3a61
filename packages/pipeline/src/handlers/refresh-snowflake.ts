import { secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { recordExpectedSnapshots } from '@lean-ops/common/control-plane/runs/record-expected-snapshots'
import { createLogger } from '@lean-ops/common/log/logger'

const env = readEnv(DatabaseEnv, process.env)
const { db } = await connectDatabase(env, { applicationName: 'refresh-snowflake', secrets: secretsClient() })
const logger = createLogger('refresh-snowflake')

/** After the semantic commit: what Snowflake should show of each topic now. */
export async function handler({ execution }: { execution: string }): Promise<{ expected: number }> {
  const expected = await recordExpectedSnapshots(db, execution)
  logger.info('expected', { execution, topics: expected.length })
  return { expected: expected.length }
}
