import { secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import type { RunEnd } from '@lean-ops/common/contract/run'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { endRun } from '@lean-ops/common/control-plane/runs/end-run'
import { releaseLeases } from '@lean-ops/common/control-plane/runs/release-leases'

const env = readEnv(DatabaseEnv, process.env)
const { db } = await connectDatabase(env, { applicationName: 'end-run', secrets: secretsClient() })

/** Every good end of a run: leases back, then the row. */
export async function handler({
  execution,
  endedIn,
}: {
  execution: string
  endedIn: RunEnd
}): Promise<{ released: number }> {
  const released = await releaseLeases(db, execution)
  await endRun(db, { execution, state: 'SUCCEEDED', endedIn })
  return { released: released.length }
}
