import {
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind, type ProviderContext } from './resource-kind.ts'

/** AWS's own defaults: an attribute that left the program goes back to them. */
const defaults = {
  VisibilityTimeout: '30',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '1048576',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
} as const

export const queue = createdKind({
  type: 'aws:sqs/queue:Queue',
  immutable: ['name', 'fifoQueue'],
  replacement: {
    kind: 'refuse',
    remedy:
      'a new queue would lose the messages in this one. Drain it, take it out of the program and deploy, then add it under the new settings',
  },
  ignored: commonIgnored,
  map: (inputs) => {
    const fifo = inputs.flagOr('fifoQueue') === true
    return {
      create: {
        QueueName: inputs.nameOr('name', 80),
        Attributes: fifo ? { FifoQueue: 'true' } : {},
      } satisfies CreateQueueCommandInput,
      attributes: queueAttributes(inputs),
    }
  },
  put: async ({ create, attributes }, { clients, region, account }) => {
    const url = await createOrFindQueue(create, clients)
    await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }))
    return {
      id: url,
      url,
      name: create.QueueName,
      arn: `arn:aws:sqs:${region}:${account}:${create.QueueName}`,
    }
  },
  remove: async ({ id }, { clients }) => {
    await clients.sqs.send(new DeleteQueueCommand({ QueueUrl: id }))
  },
  read: ({ id }, context) => readAttributes(id, ['All'], context),
})

/** A policy or redrive that lives beside its queue: one attribute of it, removed by emptying the attribute. */
function queueAttribute(
  type: string,
  property: string,
  attribute: 'Policy' | 'RedrivePolicy' | 'RedriveAllowPolicy',
) {
  return createdKind({
    type,
    immutable: ['queueUrl'],
    replacement: { kind: 'delete-then-create' },
    ignored: commonIgnored,
    map: (inputs) => ({ url: inputs.text('queueUrl'), document: inputs.document(property) }),
    put: async ({ url, document }, { clients }) => {
      await clients.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { [attribute]: document } }),
      )
      return { id: url }
    },
    remove: async ({ id }, { clients }) => {
      await clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl: id, Attributes: { [attribute]: '' } }))
    },
    read: async ({ id }, context) => {
      const attributes = await readAttributes(id, [attribute], context)
      return attributes?.[attribute] ? attributes : undefined
    },
  })
}

export const queuePolicy = queueAttribute('aws:sqs/queuePolicy:QueuePolicy', 'policy', 'Policy')
export const redrivePolicy = queueAttribute(
  'aws:sqs/redrivePolicy:RedrivePolicy',
  'redrivePolicy',
  'RedrivePolicy',
)
export const redriveAllowPolicy = queueAttribute(
  'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy',
  'redriveAllowPolicy',
  'RedriveAllowPolicy',
)

function queueAttributes(inputs: Inputs): Partial<Record<QueueAttributeName, string>> {
  const contentBased = inputs.flagOr('contentBasedDeduplication')
  const given: Partial<Record<QueueAttributeName, string | undefined>> = {
    VisibilityTimeout: inputs.textOr('visibilityTimeoutSeconds') ?? defaults.VisibilityTimeout,
    MessageRetentionPeriod: inputs.textOr('messageRetentionSeconds') ?? defaults.MessageRetentionPeriod,
    MaximumMessageSize: inputs.textOr('maxMessageSize') ?? defaults.MaximumMessageSize,
    DelaySeconds: inputs.textOr('delaySeconds') ?? defaults.DelaySeconds,
    ReceiveMessageWaitTimeSeconds:
      inputs.textOr('receiveWaitTimeSeconds') ?? defaults.ReceiveMessageWaitTimeSeconds,
    // Absent policies stay as they are: they may come from a resource of their own.
    Policy: inputs.documentOr('policy'),
    RedrivePolicy: inputs.documentOr('redrivePolicy'),
    RedriveAllowPolicy: inputs.documentOr('redriveAllowPolicy'),
    KmsMasterKeyId: inputs.textOr('kmsMasterKeyId'),
    KmsDataKeyReusePeriodSeconds: inputs.textOr('kmsDataKeyReusePeriodSeconds'),
    SqsManagedSseEnabled: inputs.textOr('sqsManagedSseEnabled'),
    ContentBasedDeduplication: contentBased === undefined ? undefined : String(contentBased),
    DeduplicationScope: inputs.textOr('deduplicationScope'),
    FifoThroughputLimit: inputs.textOr('fifoThroughputLimit'),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

async function createOrFindQueue(
  create: { QueueName: string; Attributes: Record<string, string> },
  clients: ProviderContext['clients'],
): Promise<string> {
  try {
    return urlOf(await clients.sqs.send(new CreateQueueCommand(create)))
  } catch (error) {
    if (!isErrorNamed(error, 'QueueNameExists', 'QueueAlreadyExists')) throw error
    return urlOf(await clients.sqs.send(new GetQueueUrlCommand({ QueueName: create.QueueName })))
  }
}

function urlOf(answer: { QueueUrl?: string | undefined }): string {
  if (answer.QueueUrl === undefined) throw new Error('SQS answered without a queue URL')
  return answer.QueueUrl
}

function readAttributes(
  url: string,
  names: QueueAttributeName[],
  { clients }: ProviderContext,
): Promise<Record<string, string> | undefined> {
  return readOrGone(async () => {
    const { Attributes } = await clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }),
    )
    return Attributes ?? {}
  })
}
