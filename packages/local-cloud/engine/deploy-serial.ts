import { randomBytes } from 'node:crypto'
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { readOrGone } from '../provider/aws-error.ts'
import type { Clients } from '../provider/clients.ts'
import type { Checkpoint } from './checkpoint.ts'

/**
 * A deploy serial lives in the checkpoint, which is in S3 and survives a SIGKILL of the emulator, and in SSM, which goes back
 * to the emulator's last save with everything else. When the two differ, resources may be missing: all are put again.
 */
export function createDeploySerial(now: Date): string {
  return `${now.toISOString()}-${randomBytes(4).toString('hex')}`
}

export async function readDeploySerial(clients: Clients, place: StackPlace): Promise<string | undefined> {
  const answer = await readOrGone(() =>
    clients.ssm.send(new GetParameterCommand({ Name: parameterName(place) })),
  )
  return answer?.Parameter?.Value
}

/**
 * Why resources that the checkpoint knows may be missing or point elsewhere; undefined when all is as it was left.
 * Queue and function URLs contain the emulator's port, which may be another after a restart.
 */
export function findLoss(state: {
  before: Checkpoint
  deployed: string | undefined
  endpoint: string
}): string | undefined {
  if (state.before.serial !== state.deployed) return 'the emulator went back to an earlier save'
  if (state.before.endpoint !== state.endpoint) return 'the emulator has another address'
  return undefined
}

/** A name that differs between emulators and lasts: that of the bucket SST keeps its state in. Undefined before its first deployment. */
export async function readCloudId(clients: Clients): Promise<string | undefined> {
  const answer = await readOrGone(() => clients.ssm.send(new GetParameterCommand({ Name: '/sst/bootstrap' })))
  const bootstrap = JSON.parse(answer?.Parameter?.Value ?? '{}') as { state?: unknown }
  return typeof bootstrap.state === 'string' ? bootstrap.state : undefined
}

/** Called last, when every resource of the deployment is where the checkpoint says. */
export async function settleDeploySerial(
  clients: Clients,
  place: StackPlace,
  state: { written: string | undefined; deployed: string | undefined; isGone: boolean },
): Promise<void> {
  const Name = parameterName(place)
  if (state.isGone) await readOrGone(() => clients.ssm.send(new DeleteParameterCommand({ Name })))
  else if (state.written !== undefined && state.written !== state.deployed)
    await clients.ssm.send(
      new PutParameterCommand({ Name, Value: state.written, Type: 'String', Overwrite: true }),
    )
}

export interface StackPlace {
  readonly app: string
  readonly stage: string
}

function parameterName({ app, stage }: StackPlace): string {
  return `/${app}/${stage}/deploy-serial`
}
