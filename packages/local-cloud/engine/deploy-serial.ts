import { randomBytes } from 'node:crypto'
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { isNotFound, readOrGone } from '../provider/aws-error.ts'
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

/** A name that differs between emulators and lasts: that of the bucket SST keeps its state in. */
export async function readCloudId(clients: Clients): Promise<string> {
  const answer = await readOrGone(() => clients.ssm.send(new GetParameterCommand({ Name: '/sst/bootstrap' })))
  const bootstrap = JSON.parse(answer?.Parameter?.Value ?? '{}') as { state?: unknown }
  return typeof bootstrap.state === 'string' ? bootstrap.state : 'unknown'
}

/** Written last, after every resource of the deployment. */
export async function saveDeploySerial(clients: Clients, place: StackPlace, serial: string): Promise<void> {
  await clients.ssm.send(
    new PutParameterCommand({ Name: parameterName(place), Value: serial, Type: 'String', Overwrite: true }),
  )
}

export async function removeDeploySerial(clients: Clients, place: StackPlace): Promise<void> {
  try {
    await clients.ssm.send(new DeleteParameterCommand({ Name: parameterName(place) }))
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

export interface StackPlace {
  readonly app: string
  readonly stage: string
}

function parameterName({ app, stage }: StackPlace): string {
  return `/${app}/${stage}/deploy-serial`
}
