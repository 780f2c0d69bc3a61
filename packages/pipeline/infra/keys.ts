import type { Stage } from './stage.ts'

export type Keys = {
  /** Messages and rows: queues, buckets, the Firehose stream. */
  data: aws.kms.Key
  /** The control plane: database, secrets, alarm topic. */
  control: aws.kms.Key
  /** Log groups. Apart, because whoever reads logs must not thereby read messages. */
  logs: aws.kms.Key
}

type Service = {
  service: string | $util.Output<string>
  actions: string[]
  why: string
  /** Instead of `aws:SourceAccount`, where the service does not send it. */
  boundBy?: { test: string; variable: string; values: $util.Input<string>[] }
}

const encrypt = ['kms:GenerateDataKey', 'kms:Decrypt']

/** One key per class of data. Each key policy admits the account's IAM and exactly the AWS services that write as themselves. */
export function createKeys(stage: Stage): Keys {
  const key = (name: string, description: string, services: Service[]): aws.kms.Key => {
    const created = new aws.kms.Key(
      `${name}Key`,
      {
        description: `${stage.prefix}: ${description}`,
        enableKeyRotation: true,
        // The longest waiting period AWS offers: a key that goes takes all it encrypted with it.
        deletionWindowInDays: stage.isProduction ? 30 : 7,
        policy: keyPolicy(stage, services),
      },
      stage.keep,
    )
    new aws.kms.Alias(`${name}KeyAlias`, {
      name: `alias/${stage.prefix}-${name.toLowerCase()}`,
      targetKeyId: created.keyId,
    })
    return created
  }
  return {
    data: key('Data', 'messages, rows and objects', [
      { service: 's3.amazonaws.com', actions: encrypt, why: 'notifies the encrypted error-objects queue' },
      { service: 'firehose.amazonaws.com', actions: encrypt, why: 'keeps accepted records encrypted' },
    ]),
    control: key('Control', 'database, secrets and the alarm topic', [
      {
        service: 'cloudwatch.amazonaws.com',
        actions: encrypt,
        why: 'publishes alarms to the encrypted topic',
      },
    ]),
    logs: key('Logs', 'log groups', [
      {
        service: $interpolate`logs.${stage.region}.amazonaws.com`,
        actions: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:DescribeKey',
        ],
        // CloudWatch Logs names the log group in the encryption context; that is what its documentation binds to.
        boundBy: {
          test: 'ArnLike',
          variable: 'kms:EncryptionContext:aws:logs:arn',
          values: [$interpolate`arn:aws:logs:${stage.region}:${stage.account}:log-group:*`],
        },
        why: 'encrypts every log group of the stage',
      },
    ]),
  }
}

function keyPolicy(stage: Stage, services: Service[]): $util.Output<string> {
  return aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        // Without this statement IAM policies do not count for the key, and nobody could repair it.
        sid: 'AccountAdministersByIam',
        principals: [{ type: 'AWS', identifiers: [$interpolate`arn:aws:iam::${stage.account}:root`] }],
        actions: ['kms:*'],
        resources: ['*'],
      },
      ...services.map((s) => ({
        sid: s.why.replace(/[^a-z]+(.)/g, (_, letter: string) => letter.toUpperCase()),
        principals: [{ type: 'Service', identifiers: [s.service] }],
        actions: s.actions,
        resources: ['*'],
        // The confused deputy: the service may use the key for this account's resources only.
        conditions: [
          s.boundBy ?? { test: 'StringEquals', variable: 'aws:SourceAccount', values: [stage.account] },
        ],
      })),
    ],
  }).json
}
