import { secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { countSchemas } from '@lean-ops/common/control-plane/runs/count-schemas'
import { fixOpenedGates } from '@lean-ops/common/control-plane/runs/record-missing-schemas'

const env = readEnv(DatabaseEnv, process.env)
const { db } = await connectDatabase(env, { applicationName: 'check-schemas', secrets: secretsClient() })

/** Which of a run's topics may go on: those whose active contract has columns. A database that does not answer is an error, never "no schema". */
export async function handler({ execution }: { execution: string }) {
  await fixOpenedGates(db, execution)
  return countSchemas(db, execution)
}
