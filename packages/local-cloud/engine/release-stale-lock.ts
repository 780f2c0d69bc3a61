import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { DeleteObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3'
import { createClients } from '../provider/clients.ts'
import { readCloudId } from './deploy-serial.ts'

/** The port every SST CLI listens on while it runs. */
const cliPort = 13557

/** How long a CLI whose supervisor was killed may take to end. */
const lingerMs = 60_000
const pollMs = 250

/**
 * A CLI that was killed leaves its lock in the emulator's S3, and the next one would wait for a person to unlock. While no CLI
 * runs on this machine, nobody can hold the lock of a local stage. One that is just ending is waited for.
 * @returns true when no lock is left; false when a CLI (of another clone, or a person's) still runs.
 */
export async function releaseStaleLock(place: {
  endpoint: string
  region: string
  app: string
  stage: string
  port?: number
  /** Milliseconds to wait for a CLI that is ending. */
  waitMs?: number
}): Promise<boolean> {
  const clients = createClients(place)
  try {
    const bucket = await readCloudId(clients)
    const key = `lock/${place.app}/${place.stage}.json`
    if (bucket === undefined || !(await isThere(clients.s3, bucket, key))) return true
    if (!(await isFreeWithin(place.port ?? cliPort, place.waitMs ?? lingerMs))) return false
    await clients.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    return true
  } finally {
    clients.close()
  }
}

async function isThere(s3: S3Client, bucket: string, key: string): Promise<boolean> {
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }))
  return Contents?.some((object) => object.Key === key) ?? false
}

async function isFreeWithin(port: number, waitMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + waitMs
  while (await isListening(port)) {
    if (Date.now() >= giveUpAt) return false
    await sleep(pollMs)
  }
  return true
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
