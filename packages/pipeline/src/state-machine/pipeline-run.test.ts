import { describe, expect, it } from 'vitest'
import { lintMachine } from './lint-machine.ts'
import { definePipelineRun } from './pipeline-run.ts'

const parts = {
  getAllCheckpoints: 'get-all-checkpoints',
  settlePasses: 'settle-passes',
  checkSchemas: 'check-schemas',
  notifyMissingSchema: 'notify-missing-schema',
  planSemantic: 'plan-semantic',
  refreshSnowflake: 'refresh-snowflake',
  startSuccessor: 'start-successor',
  endRun: 'end-run',
  recordFailure: 'record-failure',
  curatedJob: 'curated',
  semanticJob: 'semantic',
}

/** A copy as JSON: what is deployed. */
const machine = (): { StartAt: string; States: Record<string, Record<string, unknown>> } =>
  JSON.parse(JSON.stringify(definePipelineRun(parts)))

const stateOf = (m: ReturnType<typeof machine>, name: string): Record<string, unknown> => {
  const state = m.States[name]
  if (state === undefined) throw new Error(`no state ${name}`)
  return state
}

describe('pipeline-run', () => {
  it('is valid in the language, in JSONata and by our rules', () => {
    expect(lintMachine(machine())).toEqual([])
  })

  const mistakes: Record<string, [(m: ReturnType<typeof machine>) => void, string]> = {
    'a state that is nowhere': [
      (m) => Object.assign(stateOf(m, 'Loop'), { Next: 'Nowhere' }),
      'the language',
    ],
    'an expression that does not compile': [
      (m) => Object.assign(stateOf(m, 'Loop'), { Assign: { round: '{% $round + %}' } }),
      'Loop: $round +',
    ],
    'a variable that nobody assigns': [
      (m) => Object.assign(stateOf(m, 'Loop'), { Assign: { round: '{% $rounds + 1 %}' } }),
      '$rounds is assigned nowhere',
    ],
    'half an expression': [
      (m) => Object.assign(stateOf(m, 'RunFailed'), { Cause: 'why: {% $message %}' }),
      'only in part an expression',
    ],
    'no time-out': [
      (m) => delete stateOf(m, 'RunSemanticJob').TimeoutSeconds,
      'RunSemanticJob: no TimeoutSeconds',
    ],
    'no retry': [(m) => delete stateOf(m, 'RecordFailure').Retry, 'RecordFailure: no Retry'],
    'no jitter': [
      (m) => Object.assign(stateOf(m, 'CheckSchemaExists'), { Retry: [{ ErrorEquals: ['States.ALL'] }] }),
      'without full jitter',
    ],
    'nothing caught': [(m) => delete stateOf(m, 'RunCurationJob').Catch, 'RunCurationJob: does not catch'],
  }
  it.each(Object.entries(mistakes))('notices %s', (_, [spoil, sentence]) => {
    const spoilt = machine()
    spoil(spoilt)
    expect(lintMachine(spoilt).join('\n')).toContain(sentence)
  })

  it('every state can be reached, and every way ends', () => {
    const { States, StartAt } = machine()
    const nextOf = (state: Record<string, unknown>): string[] =>
      [state, ...[state.Choices ?? [], state.Catch ?? []].flat()]
        .flatMap((s) => [Object(s).Next, Object(s).Default])
        .filter((name): name is string => typeof name === 'string')
    const reached = new Set([StartAt])
    for (const name of reached) for (const next of nextOf(States[name] ?? {})) reached.add(next)

    expect([...reached].sort()).toEqual(Object.keys(States).sort())
    const ends = Object.entries(States).filter(([, s]) => s.End === true || s.Type === 'Fail')
    expect(ends.map(([name]) => name).sort()).toEqual([
      'CurationOnlySuccess',
      'FullPipelineSuccess',
      'NoNewCuratedData',
      'NoNewData',
      'RunFailed',
    ])
  })

  it('carries no list: what is assigned from an answer is a number or a key', () => {
    const { States } = machine()
    const assigned = Object.values(States).flatMap((s) => Object.values(Object(s.Assign ?? {})))
    const fromAnswers = assigned.filter((v) => typeof v === 'string' && v.includes('$states.result'))

    expect(fromAnswers.length).toBeGreaterThan(5)
    for (const text of fromAnswers)
      expect(text).toMatch(
        /^\{% \$states\.result\.Payload\.(planUri|curatedPasses|semanticPasses|semanticWork|failed|behind|withSchema|withoutSchema|code|message) %\}$/,
      )
  })
})
