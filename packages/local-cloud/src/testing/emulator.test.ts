import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, test } from 'vitest'
import { localClientOptions } from '../supervisor/local-client-options.ts'
import { startTestEmulator } from './emulator.ts'

test('two emulators of one test run share nothing and end when told', async () => {
  const [one, other] = await Promise.all([startTestEmulator(), startTestEmulator()])
  const sqsOne = new SQSClient(localClientOptions(one.endpoint))
  const sqsOther = new SQSClient(localClientOptions(other.endpoint))

  await sqsOne.send(new CreateQueueCommand({ QueueName: 'only-here' }))

  expect((await sqsOne.send(new ListQueuesCommand({}))).QueueUrls).toHaveLength(1)
  expect((await sqsOther.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([])
  await Promise.all([one.stop(), other.stop()])
  await expect(fetch(one.endpoint)).rejects.toThrow('fetch failed')
  await expect(fetch(other.endpoint)).rejects.toThrow('fetch failed')
})
