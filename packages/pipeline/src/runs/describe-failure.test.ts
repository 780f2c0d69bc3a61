import { findRunRemedy } from '@lean-ops/common/contract/run-failures'
import { expect, it } from 'vitest'
import { describeFailure } from './describe-failure.ts'

const job = (JobRunState: string, ErrorMessage = 'why') => JSON.stringify({ JobRunState, ErrorMessage })

it.each([
  ['RunCurationJob', 'States.TaskFailed', job('FAILED', 'out of memory'), 'JOB_FAILED', 'out of memory'],
  ['RunCurationJob', 'States.TaskFailed', job('TIMEOUT'), 'JOB_TIMED_OUT', 'why'],
  ['RunSemanticJob', 'States.Timeout', '', 'JOB_TIMED_OUT', 'States.Timeout'],
  ['RunSemanticJob', 'States.TaskFailed', job('STOPPED'), 'JOB_STOPPED', 'why'],
  ['RunCurationJob', 'Glue.ConcurrentRunsExceededException', 'full', 'JOB_CONCURRENCY', 'full'],
  ['RunCurationJob', 'Glue.AccessDeniedException', 'no', 'ACCESS_DENIED', 'no'],
  [
    'UpdateCurationCheckpoint',
    'Error',
    '{"errorMessage":"the database is away"}',
    'STEP_FAILED',
    'the database is away',
  ],
  ['CheckSchemaExists', 'States.Timeout', '', 'STEP_TIMED_OUT', 'States.Timeout'],
  ['TopicsFailed', 'TopicsFailed', '2 of the topics failed', 'TOPICS_FAILED', '2 of the topics failed'],
])('%s %s %s is %s', (state, error, cause, code, message) => {
  expect(describeFailure({ state, error, cause })).toMatchObject({ state, code, message })
  expect(findRunRemedy(code)).toBeDefined()
})
