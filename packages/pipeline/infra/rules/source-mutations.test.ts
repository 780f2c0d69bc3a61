import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordProgram } from '../testing/record-program.ts'
import type { SourceMutation } from '../testing/recorded-program.ts'
import { writeSyntheticContracts } from '../testing/write-synthetic-contracts.ts'
import { concurrency, partialResponses, visibility } from './ingestion-rules.ts'
import type { Rule } from './rule.ts'
import { jobsEnd, runsArePutAway } from './run-rules.ts'
import { encryptedForItsServices, noWildcards, policySizes } from './security-rules.ts'

/** Changes of the program's own text: that a rule sees the real program is as much to be shown as that it can fail. */
const mistakes: [string, Rule, SourceMutation][] = [
  [
    'a mapping that fails whole batches',
    partialResponses,
    { file: 'infra/ingestion.ts', from: "functionResponseTypes: ['ReportBatchItemFailures'],", to: '' },
  ],
  [
    'a reservation that does not know of the topics',
    concurrency,
    { file: 'infra/ingestion.ts', from: 'reserved: concurrency.reserved', to: 'reserved: 10' },
  ],
  [
    'a visibility that forgets the factor',
    visibility,
    { file: 'infra/queues.ts', from: '6 * functionTimeoutSeconds + 2', to: 'functionTimeoutSeconds' },
  ],
  [
    'a policy that names every queue',
    policySizes,
    {
      file: 'infra/ingestion.ts',
      from: 'consume(topicQueues(stage))',
      to: 'consume(...[...queues.topics.values()].map((q) => q.arn))',
    },
  ],
  [
    'a policy that reaches the queues of another stage whose name begins alike',
    noWildcards,
    { file: 'infra/permissions.ts', from: 'prefix}-*-queue`', to: 'prefix}*`' },
  ],
  [
    'a job longer than its task',
    jobsEnd,
    { file: 'infra/jobs.ts', from: 'curated: 60,', to: 'curated: 90,' },
  ],
  [
    'stopped runs that nobody puts away',
    runsArePutAway,
    { file: 'infra/runs.ts', from: "['FAILED', 'TIMED_OUT', 'ABORTED']", to: "['FAILED', 'TIMED_OUT']" },
  ],
  [
    'queues under a key of AWS',
    encryptedForItsServices,
    { file: 'infra/queues.ts', from: 'kmsMasterKeyId: keys.data.arn', to: "kmsMasterKeyId: 'alias/aws/sqs'" },
  ],
]

let many: string
beforeAll(async () => {
  // As many topics as make a policy that lists them too long. The other mistakes show with the repository's own.
  many = await writeSyntheticContracts(120)
})
afterAll(() => rm(many, { recursive: true }))

test.each(mistakes)('%s is noticed', async (_, rule, mutation) => {
  // Act
  const contracts = rule === policySizes ? many : undefined
  const program = await recordProgram({ stage: 'local', contracts, mutation })

  // Assess
  expect(rule.check(program)).not.toEqual([])
})

test('a handler that is not there stops the evaluation', async () => {
  const mutation = {
    file: 'infra/outcomes.ts',
    from: "'outcomes-processor', {",
    to: "'outcomes-procesor' as 'api', {",
  }
  await expect(recordProgram({ stage: 'local', contracts: undefined, mutation })).rejects.toThrow(
    'handler not found: packages/pipeline/src/handlers/outcomes-procesor.handler',
  )
})
