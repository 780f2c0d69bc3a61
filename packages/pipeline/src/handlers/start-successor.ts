import { SFNClient } from '@aws-sdk/client-sfn'
import { secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'
import { startSuccessor } from '../runs/start-successor.ts'

const Env = DatabaseEnv.extend({ STATE_MACHINE_ARN: z.string().min(1) })

const env = readEnv(Env, process.env)
const { db } = await connectDatabase(env, { applicationName: 'start-successor', secrets: secretsClient() })
const deps = { db, sfn: new SFNClient(), stateMachineArn: env.STATE_MACHINE_ARN }

/** After the last round: what is still behind goes on in an execution of its own. */
export async function handler({ execution }: { execution: string }) {
  return startSuccessor(deps, execution)
}
