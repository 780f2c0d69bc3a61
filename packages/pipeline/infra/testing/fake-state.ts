/** Outputs that AWS would decide, made up but well-formed: ARNs point at the physical name, so that rules can join resources. */
export function fakeState(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  account: string,
  region: string,
): Record<string, unknown> {
  const service = /^aws:([^/]+)\//.exec(type)?.[1] ?? 'none'
  const physical = String(inputs.name ?? inputs.bucket ?? inputs.clusterIdentifier ?? name)
  const arn = arnOf(type, physical, account, region) ?? `arn:aws:${service}:${region}:${account}:${physical}`
  return {
    name: physical,
    ...inputs,
    arn,
    url: `https://sqs.${region}.amazonaws.com/${account}/${physical}`,
    keyId: physical,
    bucket: physical,
    functionUrl: 'https://made-up.lambda-url/',
    invokeArn: arn,
    qualifiedArn: `${arn}:1`,
    version: '1',
    endpoint: `${physical}.made-up`,
    domainName: `${physical}.made-up`,
    bucketRegionalDomainName: `${physical}.made-up`,
    result: 'made-up',
    hex: '00',
    base64: Buffer.alloc(32).toString('base64'),
    masterUserSecrets: [
      { secretArn: `arn:aws:secretsmanager:${region}:${account}:secret:${physical}-master` },
    ],
  }
}

function arnOf(type: string, physical: string, account: string, region: string): string | undefined {
  const here = `${region}:${account}`
  switch (type) {
    case 'aws:sqs/queue:Queue':
      return `arn:aws:sqs:${here}:${physical}`
    case 'aws:s3/bucket:Bucket':
      return `arn:aws:s3:::${physical}`
    case 'aws:lambda/function:Function':
      return `arn:aws:lambda:${here}:function:${physical}`
    case 'aws:iam/role:Role':
      return `arn:aws:iam::${account}:role/${physical}`
    case 'aws:kms/key:Key':
      return `arn:aws:kms:${here}:key/${physical}`
    case 'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream':
      return `arn:aws:firehose:${here}:deliverystream/${physical}`
    case 'aws:cloudwatch/logGroup:LogGroup':
      return `arn:aws:logs:${here}:log-group:${physical}`
    case 'aws:glue/catalogDatabase:CatalogDatabase':
      return `arn:aws:glue:${here}:database/${physical}`
    default:
      return undefined
  }
}
