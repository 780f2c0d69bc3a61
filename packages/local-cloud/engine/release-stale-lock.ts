import { connect } from 'node:net'
import { DeleteObjectCommand } from '@aws-sdk/client-s3'
import { createClients } from '../provider/clients.ts'
import { readCloudId } from './deploy-serial.ts'

/** The port every SST CLI listens on while it runs. */
const cliPort = 13557

/**
 * A CLI that was killed leaves its lock in the emulator's S3, and the next one would wait for a person to unlock. While no CLI
 * runs on this machine, nobody can hold the lock of a local stage.
 * @returns true when no CLI runs, so that no lock is left.
 */
export async function releaseStaleLock(place: {
  endpoint: string
  region: string
  app: string
  stage: string
  port?: number
}): Promise<boolean> {
  if (await isListening(place.port ?? cliPort)) return false
  const clients = createClients(place)
  try {
    const bucket = await readCloudId(clients)
    if (bucket !== undefined)
      await clients.s3.send(
        new DeleteObjectCommand({ Bucket: bucket, Key: `lock/${place.app}/${place.stage}.json` }),
      )
    return true
  } finally {
    clients.close()
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const settle = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
  })
}
