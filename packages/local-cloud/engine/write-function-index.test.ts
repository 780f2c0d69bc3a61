import { expect, test } from 'vitest'
import type { ResourceState } from './resource-state.ts'
import { buildFunctionIndex } from './write-function-index.ts'

test('a function is found by its component, its source handler and its zip', () => {
  const component = 'urn:pulumi:local::app::sst:aws:Function::Sampler'
  const base = { custom: true, outputs: {} }
  const resources: ResourceState[] = [
    {
      ...base,
      custom: false,
      urn: component,
      type: 'sst:aws:Function',
      inputs: {},
      outputs: { _metadata: { handler: 'src/sampler.handler' } },
    },
    {
      ...base,
      urn: 'urn::code',
      type: 'aws:s3/bucketObjectv2:BucketObjectv2',
      inputs: { bucket: 'b', key: 'k', source: { assetHash: 'h', path: '/code.zip' } },
    },
    {
      ...base,
      urn: 'urn:pulumi:local::app::sst:aws:Function$aws:lambda/function:Function::SamplerFunction',
      parent: component,
      type: 'aws:lambda/function:Function',
      inputs: {
        name: 'app-local-sampler',
        handler: 'bundle.handler',
        runtime: 'nodejs22.x',
        s3Bucket: 'b',
        s3Key: 'k',
      },
    },
  ]

  expect(buildFunctionIndex(resources)).toEqual([
    {
      functionName: 'app-local-sampler',
      component: 'Sampler',
      handler: 'bundle.handler',
      source: 'src/sampler.handler',
      runtime: 'nodejs22.x',
      s3Bucket: 'b',
      s3Key: 'k',
      artifact: '/code.zip',
    },
  ])
})
