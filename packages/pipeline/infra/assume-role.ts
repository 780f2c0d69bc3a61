import type { Stage } from './stage.ts'

/** Lets an AWS service take a role, on this account's behalf only (the confused deputy). */
export const assumedBy = (stage: Stage, service: string): $util.Output<string> =>
  aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        principals: [{ type: 'Service', identifiers: [service] }],
        actions: ['sts:AssumeRole'],
        conditions: [{ test: 'StringEquals', variable: 'aws:SourceAccount', values: [stage.account] }],
      },
    ],
  }).json
