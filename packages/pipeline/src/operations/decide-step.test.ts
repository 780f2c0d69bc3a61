import type { OperationCounts, RunSettings } from '@lean-ops/common/contract/operation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideStep, type StepFacts } from './decide-step.ts'

const none: OperationCounts = {
  total: 0,
  pending: 0,
  sending: 0,
  verifying: 0,
  resolved: 0,
  returned: 0,
  unverified: 0,
  skipped: 0,
  failed: 0,
  cancelled: 0,
  resent: 0,
}
const settings: RunSettings = { rate: 500, canarySize: 50, returnRateMax: 0.05, startDelaySeconds: 0 }
const facts = (counts: Partial<OperationCounts>, rest: Partial<StepFacts> = {}): StepFacts => ({
  stage: 'canary',
  settings,
  counts: { ...none, ...counts },
  blockedPending: 0,
  blockedCause: undefined,
  isHeld: false,
  settlesLater: true,
  ...rest,
})

describe('decideStep', () => {
  it('sends no more than the canary first', () => {
    expect(decideStep(facts({ pending: 1_000 }))).toEqual({
      do: 'send',
      stage: 'canary',
      limit: 50,
      rateMax: 500,
    })
  })
  it('waits until 95 % of the canary have settled, however long that takes', () => {
    expect(decideStep(facts({ pending: 950, verifying: 3, resolved: 47 }))).toEqual({
      do: 'wait',
      cause: 'canary_settling',
    })
    expect(decideStep(facts({ pending: 950, verifying: 2, resolved: 48 }))).toMatchObject({
      do: 'send',
      stage: 'ramp',
      limit: 450,
      rateMax: 250,
    })
  })
  it('goes to full speed after the ramp has settled', () => {
    expect(decideStep(facts({ pending: 500, verifying: 5, resolved: 495 }))).toEqual({
      do: 'send',
      stage: 'full',
      limit: 500,
      rateMax: 500,
    })
  })
  it('pauses when too many come back', () => {
    expect(decideStep(facts({ pending: 950, resolved: 40, returned: 10 }))).toEqual({
      do: 'pause',
      cause: 'return_rate',
    })
  })
  it('does not judge by a handful', () => {
    expect(
      decideStep(
        facts({ pending: 9, resolved: 0, returned: 1 }, { settings: { ...settings, canarySize: 0 } }),
      ),
    ).toMatchObject({ do: 'send' })
  })
  it('obeys the hold before anything else is sent', () => {
    expect(decideStep(facts({ pending: 5 }, { isHeld: true }))).toEqual({ do: 'wait', cause: 'hold' })
  })
  it('sends to the topics that are free while another one is blocked', () => {
    expect(decideStep(facts({ pending: 10 }, { blockedPending: 9, blockedCause: 'breaker' }))).toMatchObject({
      do: 'send',
    })
    expect(decideStep(facts({ pending: 9 }, { blockedPending: 9, blockedCause: 'breaker' }))).toEqual({
      do: 'wait',
      cause: 'breaker',
    })
  })
  it('finishes at once when nothing is left to do: a finished state, not an error', () => {
    expect(decideStep(facts({ skipped: 3, total: 3 }))).toEqual({ do: 'finish', state: 'completed' })
    expect(decideStep(facts({ returned: 1 }))).toEqual({ do: 'finish', state: 'completed_with_failures' })
  })
  it('never finishes with something unsettled, never sends more than is pending, for any counts', () => {
    const count = fc.nat({ max: 5_000 })
    fc.assert(
      fc.property(
        fc.record({
          pending: count,
          sending: count,
          verifying: count,
          resolved: count,
          returned: count,
          unverified: count,
        }),
        fc.boolean(),
        fc.nat({ max: 200 }),
        (counts, isHeld, canarySize) => {
          const step = decideStep(facts(counts, { isHeld, settings: { ...settings, canarySize } }))
          if (step.do === 'finish') expect(counts.pending + counts.sending + counts.verifying).toBe(0)
          if (step.do === 'send') {
            expect(step.limit).toBeGreaterThan(0)
            expect(isHeld).toBe(false)
            if (step.stage === 'full') expect(step.limit).toBeLessThanOrEqual(counts.pending)
          }
          if (step.do === 'verify') expect(counts.pending).toBe(0)
        },
      ),
    )
  })
})
