import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns'
import { readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import { createdKind } from './resource-kind.ts'

export const topic = createdKind({
  type: 'aws:sns/topic:Topic',
  immutable: ['name', 'fifoTopic'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({
    Name: inputs.nameOr('name', 256),
    isFifo: inputs.flagOr('fifoTopic') === true,
    attributes: definedOnly({
      DisplayName: inputs.textOr('displayName'),
      KmsMasterKeyId: inputs.textOr('kmsMasterKeyId'),
      Policy: inputs.documentOr('policy'),
      DeliveryPolicy: inputs.documentOr('deliveryPolicy'),
      ContentBasedDeduplication: inputs.textOr('contentBasedDeduplication'),
    }),
  }),
  put: async ({ Name, isFifo, attributes }, { clients }) => {
    const { TopicArn } = await clients.sns.send(
      new CreateTopicCommand({ Name, ...(isFifo && { Attributes: { FifoTopic: 'true' } }) }),
    )
    if (TopicArn === undefined) throw new Error(`SNS answered without an ARN for ${Name}`)
    for (const [AttributeName, AttributeValue] of Object.entries(attributes))
      await clients.sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
    return { id: TopicArn, arn: TopicArn, name: Name }
  },
  remove: async ({ id, inputs }, { clients, region, account }) => {
    const arn = id.startsWith('arn:') ? id : `arn:aws:sns:${region}:${account}:${inputs.name}`
    await clients.sns.send(new DeleteTopicCommand({ TopicArn: arn }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Attributes } = await clients.sns.send(new GetTopicAttributesCommand({ TopicArn: id }))
      return Attributes && { ...Attributes }
    }),
})

export const topicPolicy = createdKind({
  type: 'aws:sns/topicPolicy:TopicPolicy',
  immutable: ['arn'],
  replacement: { kind: 'delete-then-create' },
  ignored: commonIgnored,
  map: (inputs) => ({ TopicArn: inputs.text('arn'), AttributeValue: inputs.document('policy') }),
  put: async (input, { clients }) => {
    await clients.sns.send(new SetTopicAttributesCommand({ ...input, AttributeName: 'Policy' }))
    return { id: input.TopicArn }
  },
  // As AWS does without a policy of one's own: the topic's account alone.
  remove: async ({ id }, { clients, account }) => {
    const Statement = [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sns:*', Resource: id },
    ]
    const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement })
    await clients.sns.send(
      new SetTopicAttributesCommand({ TopicArn: id, AttributeName: 'Policy', AttributeValue }),
    )
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Attributes } = await clients.sns.send(new GetTopicAttributesCommand({ TopicArn: id }))
      return { Policy: Attributes?.Policy }
    }),
})

export const topicSubscription = createdKind({
  type: 'aws:sns/topicSubscription:TopicSubscription',
  immutable: ['topic', 'protocol', 'endpoint'],
  replacement: { kind: 'delete-then-create' },
  ignored: {
    ...commonIgnored,
    confirmationTimeoutInMinutes: 'the emulator confirms at once',
    endpointAutoConfirms: 'the emulator confirms at once',
  },
  map: (inputs) => ({
    TopicArn: inputs.text('topic'),
    Protocol: inputs.text('protocol'),
    Endpoint: inputs.text('endpoint'),
    attributes: definedOnly({
      RawMessageDelivery: inputs.textOr('rawMessageDelivery'),
      FilterPolicy: inputs.documentOr('filterPolicy'),
      FilterPolicyScope: inputs.textOr('filterPolicyScope'),
      RedrivePolicy: inputs.documentOr('redrivePolicy'),
      DeliveryPolicy: inputs.documentOr('deliveryPolicy'),
      SubscriptionRoleArn: inputs.textOr('subscriptionRoleArn'),
    }),
  }),
  put: async ({ TopicArn, Protocol, Endpoint, attributes }, { clients }) => {
    const existing = await findSubscription(clients, TopicArn, Protocol, Endpoint)
    const arn = existing ?? (await subscribe(clients, { TopicArn, Protocol, Endpoint }))
    for (const [AttributeName, AttributeValue] of Object.entries(attributes))
      await clients.sns.send(
        new SetSubscriptionAttributesCommand({ SubscriptionArn: arn, AttributeName, AttributeValue }),
      )
    return { id: arn, arn }
  },
  remove: async ({ id }, { clients }) => {
    await clients.sns.send(new UnsubscribeCommand({ SubscriptionArn: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      const { Attributes } = await clients.sns.send(
        new GetSubscriptionAttributesCommand({ SubscriptionArn: id }),
      )
      return Attributes && { ...Attributes }
    }),
})

async function subscribe(
  clients: Clients,
  input: { TopicArn: string; Protocol: string; Endpoint: string },
): Promise<string> {
  const { SubscriptionArn } = await clients.sns.send(
    new SubscribeCommand({ ...input, ReturnSubscriptionArn: true }),
  )
  if (SubscriptionArn === undefined) throw new Error(`SNS answered without an ARN for ${input.Endpoint}`)
  return SubscriptionArn
}

async function findSubscription(
  clients: Clients,
  TopicArn: string,
  protocol: string,
  endpoint: string,
): Promise<string | undefined> {
  const { Subscriptions = [] } = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }))
  const found = Subscriptions.find(({ Protocol, Endpoint }) => Protocol === protocol && Endpoint === endpoint)
  return found?.SubscriptionArn?.startsWith('arn:') ? found.SubscriptionArn : undefined
}

function definedOnly(attributes: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
