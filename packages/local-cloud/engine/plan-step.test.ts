import { expect, test } from 'vitest'
import { getResourceKind } from '../provider/registry.ts'
import { planStep } from './plan-step.ts'
import { type ResourceState, unknownValue } from './resource-state.ts'

function state(
  type: string,
  inputs: Record<string, unknown>,
  more: Partial<ResourceState> = {},
): ResourceState {
  return {
    urn: `urn:pulumi:local::app::${type}::Orders`,
    type,
    custom: true,
    id: 'id',
    inputs,
    outputs: {},
    ...more,
  }
}

function plan(
  type: string,
  before: Record<string, unknown> | undefined,
  now: Record<string, unknown>,
  force = false,
) {
  const kind = getResourceKind(type)
  return planStep({ kind, now: state(type, now), before: before && state(type, before), force })
}

const queue = 'aws:sqs/queue:Queue'

test('a new resource is created, an equal one is the same, a changed one is updated', () => {
  expect(plan(queue, undefined, { name: 'a' }).operation).toBe('create')
  expect(plan(queue, { name: 'a', policy: null }, { name: 'a' }).operation).toBe('same')
  expect(plan(queue, { name: 'a' }, { name: 'a', delaySeconds: 3 })).toMatchObject({
    operation: 'update',
    diff: { delaySeconds: 'add' },
  })
})

test('an equal resource is put again when the emulator may have lost it, but a recorded one is not', () => {
  expect(plan(queue, { name: 'a' }, { name: 'a' }, true).operation).toBe('update')
  expect(plan('aws:ec2/vpc:Vpc', { cidrBlock: 'a' }, { cidrBlock: 'a' }, true).operation).toBe('same')
})

test.each([
  [queue, { name: 'a' }, { name: 'a', fifoQueue: true }, 'fifoQueue', 'Drain it'],
  [
    'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream',
    { destination: 'iceberg' },
    { destination: 'extended_s3' },
    'destination',
    'Stop its producers',
  ],
  [
    'aws:lambda/function:Function',
    { packageType: 'Zip' },
    { packageType: 'Image' },
    'packageType',
    'Take it out of the program',
  ],
  ['aws:s3/bucket:Bucket', { bucket: 'a' }, { bucket: 'b' }, 'bucket', 'copy the objects'],
  [
    'aws:kms/key:Key',
    { keyUsage: 'ENCRYPT_DECRYPT' },
    { keyUsage: 'SIGN_VERIFY' },
    'keyUsage',
    'encrypt anew',
  ],
])('%s refuses a replacement and says what to do', (type, before, now, property, remedy) => {
  const planning = () => plan(type, before, now)

  expect(planning).toThrow(`${type} "Orders": "${property}" cannot be changed in place`)
  expect(planning).toThrow(`Remedy: `)
  expect(planning).toThrow(remedy)
})

test('a stateless resource is replaced, and names the property that made it so', () => {
  const step = plan('aws:iam/rolePolicy:RolePolicy', { role: 'a', policy: '{}' }, { role: 'b', policy: '{}' })

  expect(step).toMatchObject({ operation: 'replace', replaceKeys: ['role'], diff: { role: 'update' } })
})

test('a protected resource is not replaced, whatever its type', () => {
  const type = 'aws:iam/role:Role'
  const kind = getResourceKind(type)
  const before = state(type, { name: 'a' }, { protect: true })

  const planning = () => planStep({ kind, now: state(type, { name: 'b' }), before, force: false })

  expect(planning).toThrow(/"name" cannot be changed in place \("a" → "b"\) and the resource is protected/)
})

test('a value that only a deployment knows is a change, not a replacement', () => {
  expect(plan(queue, { name: 'a' }, { name: unknownValue }).operation).toBe('update')
})

test('a component is the same as soon as it exists', () => {
  const component = state('sst:aws:Function', {}, { custom: false })
  expect(planStep({ kind: undefined, now: component, before: undefined, force: false }).operation).toBe(
    'create',
  )
  expect(planStep({ kind: undefined, now: component, before: component, force: true }).operation).toBe('same')
})

test('a type that nobody decided on is an error that names it', () => {
  expect(() => getResourceKind('aws:neptune/cluster:Cluster')).toThrow(
    /aws:neptune\/cluster:Cluster has no local treatment/,
  )
})
