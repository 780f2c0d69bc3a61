import { describe, expect, it } from 'vitest'
import { failureClassOf, failureCodes, failureStagesOf, isFailureCode } from './failure-catalogue.ts'
import { remedies } from './remedies.ts'
import { renderFailureCodes } from './render-failure-codes.ts'

describe('remedies', () => {
  it.each(failureCodes)('%s has a whole remedy', (code) => {
    const { docs, safeToReplay, ...texts } = remedies[code]
    expect(docs).toMatch(/^[a-z0-9-]+$/)
    expect(['yes', 'after-fix', 'no']).toContain(safeToReplay)
    for (const text of Object.values(texts)) expect(text).toMatch(/^.{10,}\.$/)
  })

  it('names no code that does not exist, and each anchor once', () => {
    const codes = Object.keys(remedies)
    expect(codes.filter((c) => !isFailureCode(c))).toEqual([])
    expect(new Set(Object.values(remedies).map((r) => r.docs)).size).toBe(codes.length)
  })

  it('never calls the unchanged replay of a permanent data fault safe', () => {
    const wrong = failureCodes.filter(
      (c) => failureClassOf(c) === 'data' && remedies[c].safeToReplay === 'yes',
    )
    expect(wrong).toEqual([])
  })

  it('gives every code at least one stage', () => {
    expect(failureCodes.filter((c) => failureStagesOf(c).length === 0)).toEqual([])
  })

  it('is what the documentation shows', async () => {
    await expect(renderFailureCodes()).toMatchFileSnapshot('../../../../docs/failure-codes.md')
  })

  it('does not take prototype members for codes', () => {
    expect(isFailureCode('constructor')).toBe(false)
  })
})
