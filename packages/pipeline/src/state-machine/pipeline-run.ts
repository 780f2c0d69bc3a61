import { end, glueJob, lambdaStep, type State } from './steps.ts'

/** Names or ARNs of what the machine calls; in infra they are outputs, in tests plain text. */
export type PipelineParts<T> = {
  getAllCheckpoints: T
  settlePasses: T
  checkSchemas: T
  notifyMissingSchema: T
  planSemantic: T
  refreshSnowflake: T
  startSuccessor: T
  endRun: T
  recordFailure: T
  curatedJob: T
  semanticJob: T
}

/** One execution makes at most this many rounds; what is still behind then goes to a successor (a history ends at 25,000 events). */
export const roundsMax = 3

/** Twelve hours: three rounds of two jobs at their limit, with the waiting for places. */
const runTimeoutSeconds = 12 * 3_600

/**
 * `pipeline-run` in Amazon States Language, as data. One execution carries 1..N topics; its state carries counts and the
 * key of the job plan, never lists, so 700 topics weigh as much as one. The topics' own way is in the control plane.
 */
export function definePipelineRun<T>(parts: PipelineParts<T>) {
  const states = {
    Start: {
      Type: 'Pass',
      Assign: {
        execution: '{% $states.context.Execution.Name %}',
        arn: '{% $states.context.Execution.Id %}',
        input: '{% $states.input %}',
        round: 1,
        withSchema: 0,
        failed: 0,
        behind: 0,
      },
      Next: 'GetAllCheckpoints',
    },
    GetAllCheckpoints: lambdaStep('GetAllCheckpoints', parts.getAllCheckpoints, {
      payload: {
        execution: '{% $execution %}',
        arn: '{% $arn %}',
        round: '{% $round %}',
        input: '{% $round = 1 ? $input : {} %}',
      },
      assign: {
        planUri: '{% $states.result.Payload.planUri %}',
        curatedPasses: '{% $states.result.Payload.curatedPasses %}',
        semanticWork: '{% $states.result.Payload.semanticWork %}',
        failed: '{% $states.result.Payload.failed %}',
        // The list of topics is known to the control plane from here on.
        input: {},
      },
      // Up to a thousand tables: their metadata, leases and plan.
      timeoutSeconds: 330,
      next: 'CheckForNewRawData',
    }),
    CheckForNewRawData: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $curatedPasses > 0 %}', Next: 'RunCurationJob' },
        // A run before this one ended between the layers.
        { Condition: '{% $semanticWork > 0 %}', Next: 'CheckSchemaExists' },
        { Condition: '{% $failed > 0 %}', Next: 'TopicsFailed' },
      ],
      Default: 'NoNewData',
    },
    NoNewData: end('NoNewData', parts.endRun),
    RunCurationJob: glueJob('RunCurationJob', parts.curatedJob, 'UpdateCurationCheckpoint'),
    UpdateCurationCheckpoint: lambdaStep('UpdateCurationCheckpoint', parts.settlePasses, {
      payload: { execution: '{% $execution %}', layer: 'curated' },
      timeoutSeconds: 150,
      assign: {
        failed: '{% $states.result.Payload.failed %}',
        behind: '{% $states.result.Payload.behind %}',
      },
      next: 'CheckSchemaExists',
    }),
    CheckSchemaExists: lambdaStep('CheckSchemaExists', parts.checkSchemas, {
      payload: { execution: '{% $execution %}' },
      assign: {
        withSchema: '{% $states.result.Payload.withSchema %}',
        withoutSchema: '{% $states.result.Payload.withoutSchema %}',
      },
      next: 'IsSchemaMissing',
    }),
    IsSchemaMissing: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $withoutSchema > 0 %}', Next: 'NotifyMissingSchema' },
        { Condition: '{% $withSchema > 0 %}', Next: 'PlanSemanticPasses' },
        { Condition: '{% $failed > 0 %}', Next: 'TopicsFailed' },
      ],
      Default: 'NoNewCuratedData',
    },
    NotifyMissingSchema: lambdaStep('NotifyMissingSchema', parts.notifyMissingSchema, {
      payload: { execution: '{% $execution %}' },
      next: 'HasOtherTopics',
    }),
    HasOtherTopics: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $withSchema > 0 %}', Next: 'PlanSemanticPasses' },
        { Condition: '{% $failed > 0 %}', Next: 'TopicsFailed' },
      ],
      Default: 'CurationOnlySuccess',
    },
    CurationOnlySuccess: end('CurationOnlySuccess', parts.endRun),
    PlanSemanticPasses: lambdaStep('PlanSemanticPasses', parts.planSemantic, {
      payload: { execution: '{% $execution %}', round: '{% $round %}' },
      timeoutSeconds: 150,
      assign: {
        planUri: '{% $states.result.Payload.planUri %}',
        semanticPasses: '{% $states.result.Payload.semanticPasses %}',
        failed: '{% $states.result.Payload.failed %}',
      },
      next: 'CheckForNewCuratedData',
    }),
    CheckForNewCuratedData: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $semanticPasses > 0 %}', Next: 'RunSemanticJob' },
        { Condition: '{% $failed > 0 %}', Next: 'TopicsFailed' },
      ],
      Default: 'NoNewCuratedData',
    },
    NoNewCuratedData: end('NoNewCuratedData', parts.endRun),
    RunSemanticJob: glueJob('RunSemanticJob', parts.semanticJob, 'UpdateSemanticCheckpoint'),
    UpdateSemanticCheckpoint: lambdaStep('UpdateSemanticCheckpoint', parts.settlePasses, {
      payload: { execution: '{% $execution %}', layer: 'semantic' },
      timeoutSeconds: 150,
      assign: {
        failed: '{% $states.result.Payload.failed %}',
        behind: '{% $states.result.Payload.behind %}',
      },
      next: 'RefreshSnowflake',
    }),
    RefreshSnowflake: lambdaStep('RefreshSnowflake', parts.refreshSnowflake, {
      payload: { execution: '{% $execution %}' },
      timeoutSeconds: 330,
      next: 'CheckBacklogThreshold',
    }),
    CheckBacklogThreshold: {
      Type: 'Choice',
      Choices: [
        { Condition: `{% $behind > 0 and $round < ${roundsMax} %}`, Next: 'Loop' },
        { Condition: '{% $behind > 0 %}', Next: 'StartSuccessor' },
        { Condition: '{% $failed > 0 %}', Next: 'TopicsFailed' },
      ],
      Default: 'FullPipelineSuccess',
    },
    Loop: {
      Type: 'Pass',
      Assign: { round: '{% $round + 1 %}', behind: 0 },
      Next: 'GetAllCheckpoints',
    },
    StartSuccessor: lambdaStep('StartSuccessor', parts.startSuccessor, {
      payload: { execution: '{% $execution %}' },
      next: 'HasFailedTopics',
    }),
    HasFailedTopics: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $failed > 0 %}', Next: 'TopicsFailed' }],
      Default: 'FullPipelineSuccess',
    },
    FullPipelineSuccess: end('FullPipelineSuccess', parts.endRun),
    // The others are through; a run in which any topic failed does not say "succeeded".
    TopicsFailed: {
      Type: 'Pass',
      Assign: {
        failure: {
          state: 'TopicsFailed',
          error: 'TopicsFailed',
          cause: "{% $string($failed) & ' of the topics failed; each has its reason' %}",
        },
      },
      Next: 'RecordFailure',
    },
    RecordFailure: lambdaStep('RecordFailure', parts.recordFailure, {
      payload: { execution: '{% $execution %}', failure: '{% $failure %}' },
      assign: {
        code: '{% $states.result.Payload.code %}',
        message: '{% $states.result.Payload.message %}',
      },
      // The rule on failed executions does the same once more from outside.
      onError: { next: 'RunFailed', assign: { code: 'FAILURE_UNRECORDED', message: '{% $failure.cause %}' } },
      timeoutSeconds: 150,
      next: 'RunFailed',
    }),
    RunFailed: { Type: 'Fail', Error: '{% $code %}', Cause: '{% $message %}' },
  } satisfies Record<string, State>
  return {
    Comment: 'RAW → curated → semantic → Snowflake for one or many topics',
    QueryLanguage: 'JSONata',
    StartAt: 'Start',
    TimeoutSeconds: runTimeoutSeconds,
    States: states,
  }
}
