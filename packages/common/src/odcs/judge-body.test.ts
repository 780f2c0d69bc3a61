import { expect, it } from 'vitest'
import { judgeBody } from './judge-body.ts'
import { makeContract } from './testing/make-contract.ts'

const contract = makeContract({ properties: [{ name: 'n', logicalType: 'integer' }] })

it.each([
  ['plain', '{"id":"a","n":1}'],
  ['in an envelope', '{"messageId":"m","payload":{"id":"a","n":1}}'],
  ['a payload that is text', JSON.stringify({ messageId: 'm', payload: '{"id":"a","n":1}' })],
  ['pushed', JSON.stringify({ subscription: 's', message: { data: btoa('{"id":"a","n":1}') } })],
])('%s: the payload is what is judged', (_name, body) => {
  expect(judgeBody(body, contract)).toMatchObject({
    stage: 'semantic',
    verdict: { passes: true, values: { n: '1' } },
  })
})

it('says what still fails, and where', () => {
  expect(judgeBody('{"id":"a","n":"x"}', contract)).toMatchObject({
    verdict: { passes: false, code: 'TYPE_CAST', faults: [{ column: 'n' }] },
  })
  expect(judgeBody('[]', contract)).toMatchObject({ stage: 'ingest', fault: { code: 'NOT_AN_OBJECT' } })
  expect(judgeBody('{}', { ...contract, status: 'draft' })).toEqual({ stage: 'semantic', verdict: null })
})
