import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm'
import { expect, test } from 'vitest'
import { type Clients, createClients } from '../provider/clients.ts'
import { useLocalCloud } from '../src/testing/local-cloud.ts'
import { releaseStaleLock } from './release-stale-lock.ts'

const endpoint = process.env.LEAN_OPS_TEST_ENDPOINT ?? useLocalCloud().endpoint

/** The state bucket SST made on this emulator; made here when nothing was deployed yet. */
async function stateBucket(clients: Clients): Promise<string> {
  const Name = '/sst/bootstrap'
  try {
    const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name }))
    return JSON.parse(Parameter?.Value ?? '{}').state
  } catch {
    const state = `sst-state-${randomBytes(4).toString('hex')}`
    await clients.s3.send(new CreateBucketCommand({ Bucket: state }))
    await clients.ssm.send(
      new PutParameterCommand({ Name, Type: 'String', Value: JSON.stringify({ state }) }),
    )
    return state
  }
}

test('the lock of a killed CLI is released, but not while a CLI runs', async () => {
  const clients = createClients({ endpoint, region: 'us-east-1' })
  const bucket = await stateBucket(clients)
  const app = `t${randomBytes(4).toString('hex')}`
  const lock = { Bucket: bucket, Key: `lock/${app}/local.json` }
  const isLocked = async () => {
    const { KeyCount } = await clients.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: lock.Key }))
    return KeyCount === 1
  }
  await clients.s3.send(new PutObjectCommand({ ...lock, Body: '{}' }))
  const cli = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => cli.once('listening', resolve))
  const address = cli.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const place = { endpoint, region: 'us-east-1', app, stage: 'local', port }

  expect(await releaseStaleLock({ ...place, waitMs: 100 })).toBe(false)
  expect(await isLocked()).toBe(true)

  // One that is just ending is waited for.
  const released = releaseStaleLock({ ...place, waitMs: 20_000 })
  await new Promise((resolve) => setTimeout(resolve, 300))
  await new Promise((resolve) => cli.close(resolve))
  expect(await released).toBe(true)
  expect(await isLocked()).toBe(false)
  clients.close()
})
