import { createHash } from 'node:crypto'
import type { RecordedKind, RecordedRequest } from './resource-kind.ts'

/** Types that one machine has no counterpart for. A pattern ends in `*`; the first match wins. */
export const recordedReasons: Readonly<Record<string, string>> = {
  'sst:*': "SST's own bookkeeping (links, versions, secrets)",
  'pulumi:providers:*': 'the engine has one provider, the emulator',
  'pulumi-nodejs:dynamic:*': 'runs against AWS services that one machine has no counterpart for',
  'command:local:*': 'builds a site; the console runs beside the local cloud',
  'tls:index/*': 'no TLS between processes on one machine',
  'docker-build:index:*': 'no container images on one machine',
  'aws:acm/*': 'no certificates on one machine',
  'aws:backup/*': 'local data is yours to copy',
  'aws:budgets/*': 'nothing local costs money',
  'aws:cloudfront/*': 'no content delivery network on one machine',
  'aws:ec2/*': 'no VPC on one machine',
  'aws:lakeformation/*': 'no Lake Formation in the emulator',
  'aws:rds/*': 'the local PostgreSQL takes the place of Aurora',
  'aws:route53/*': 'no DNS zones on one machine',
  'aws:servicediscovery/*': 'no VPC on one machine',
  'aws:vpc/*': 'no VPC on one machine',
  'aws:wafv2/*': 'nothing public to guard on one machine',
  'aws:xray/*': 'no X-Ray in the emulator',
  'aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig':
    'the emulator keeps its workers warm',
  'aws:apigateway/account:Account': 'API Gateway needs no role to write logs here',
  'aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock': 'nothing public on one machine',
}

/** The recorded kind that covers a type, or undefined. */
export function findRecordedKind(type: string): RecordedKind | undefined {
  const pattern = Object.keys(recordedReasons).find((candidate) =>
    candidate.endsWith('*') ? type.startsWith(candidate.slice(0, -1)) : type === candidate,
  )
  const reason = pattern === undefined ? undefined : recordedReasons[pattern]
  return reason === undefined ? undefined : { treatment: 'recorded', type, reason, outputs: madeUpOutputs }
}

/** Ids that look like AWS's and follow from the name, so that what refers to them stays unchanged between deployments. */
function madeUpOutputs(
  request: RecordedRequest,
  context: { region: string; account: string },
): { id: string; [output: string]: unknown } {
  const service = /^aws:([^/]+)\//.exec(request.type)?.[1]
  const hash = createHash('sha256').update(`${request.type}:${request.name}`).digest('hex').slice(0, 17)
  const kind = request.type.split(':').at(-1) ?? 'resource'
  const id = service === undefined ? request.name : `${kind.toLowerCase()}-${hash}`
  const arn = `arn:aws:${service}:${context.region}:${context.account}:${kind.toLowerCase()}/${id}`
  return service === undefined
    ? { id }
    : { id, arn, domainName: `${id}.local`, name: request.inputs.name ?? id }
}
