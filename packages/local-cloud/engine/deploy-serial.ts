import { randomBytes } from 'node:crypto'
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { isNotFound, readOrGone } from '../provider/aws-error.ts'
import type { Clients } from '../provider/clients.ts'

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
