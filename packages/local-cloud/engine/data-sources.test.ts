import { expect, test } from 'vitest'
import { answerDataSource } from './data-sources.ts'

const place = { account: '000000000000', region: 'us-east-1' }
const document = (inputs: Record<string, unknown>) =>
  JSON.parse(String(answerDataSource('aws:iam/getPolicyDocument:getPolicyDocument', inputs, place).json))

test('a policy document with everything in it', () => {
  const statement = {
    sid: 'S',
    effect: 'Deny',
    actions: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
    resources: ['arn:a'],
    principals: [
      { type: 'Service', identifiers: ['s3.amazonaws.com'] },
      { type: 'AWS', identifiers: ['a', 'b'] },
    ],
    conditions: [
      { test: 'StringEquals', variable: 'aws:SourceAccount', values: ['1'] },
      { test: 'StringEquals', variable: 'aws:Other', values: ['2', '3'] },
    ],
  }

  expect(document({ statements: [statement] })).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'S',
        Effect: 'Deny',
        Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
        Resource: 'arn:a',
        Principal: { Service: 's3.amazonaws.com', AWS: ['a', 'b'] },
        Condition: { StringEquals: { 'aws:SourceAccount': '1', 'aws:Other': ['2', '3'] } },
      },
    ],
  })
})

test('documents are put together, and everyone is a star', () => {
  const source = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'a' } })
  const statements = [
    { principals: [{ type: '*', identifiers: ['*'] }], notActions: ['b'], notResources: ['c', 'd'] },
  ]

  expect(document({ sourcePolicyDocuments: [source], statements }).Statement).toEqual([
    { Effect: 'Allow', Action: 'a' },
    { Effect: 'Allow', NotAction: 'b', NotResource: ['c', 'd'], Principal: '*' },
  ])
})

test('a data source without an answer is named', () => {
  expect(() => answerDataSource('aws:rds/getCluster:getCluster', {}, place)).toThrow(
    /aws:rds\/getCluster:getCluster/,
  )
})
