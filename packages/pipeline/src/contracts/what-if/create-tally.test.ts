import { makeContract } from '@lean-ops/common/odcs/testing/make-contract'
import { expect, it } from 'vitest'
import { createTally } from './create-tally.ts'
import { judgeChange } from './judge-change.ts'

const contract = (email: string | undefined, amount: string) =>
  makeContract({
    properties: [
      { name: 'amount', logicalType: 'number', physicalType: amount },
      { name: 'email', logicalType: 'string', ...(email === undefined ? {} : { classification: email }) },
    ],
  })

it('counts every row once, keeps a handful of samples, and shows no value that either version protects', () => {
  const current = contract(undefined, 'decimal(9,2)')
  const candidate = makeContract({
    properties: [
      { name: 'amount', logicalType: 'number', physicalType: 'decimal(9,3)' },
      { name: 'email', logicalType: 'string', physicalName: 'email', classification: 'mask' },
    ],
  })
  const tally = createTally(current, candidate)
  for (let n = 0; n < 1_000; n += 1)
    tally.add({
      messageId: `m${n}`,
      ingestedAt: null,
      verdict: judgeChange(`{"id":"${n}","amount":1.5,"email":"ana@example.test"}`, current, candidate),
    })

  const { rows, samples, changing } = tally.result()
  expect(rows).toMatchObject({ read: 1_000, changesValue: 1_000 })
  expect(changing).toEqual([{ column: 'amount', count: 1_000 }])
  expect(samples.changesValue).toHaveLength(5)
  expect(samples.changesValue[0]?.fields).toEqual([{ column: 'amount', before: '1.50', after: '1.500' }])
})

it('hides the value of a column that the old version classified, too', () => {
  const before = contract('hash', 'decimal(9,2)')
  const after = contract(undefined, 'decimal(9,2)')
  const tally = createTally(before, after)
  tally.add({
    messageId: 'm',
    ingestedAt: null,
    verdict: {
      fate: 'changesValue',
      faults: [],
      changed: [{ column: 'email', before: 'ana@example.test', after: 'ANA@example.test' }],
    },
  })

  expect(tally.result().samples.changesValue[0]?.fields).toEqual([
    { column: 'email', before: '•••', after: '•••' },
  ])
})
