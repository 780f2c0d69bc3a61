import path from 'node:path'
import type { Keys } from './keys.ts'
import type { RandomProvider } from './random-provider.ts'
import type { Stage } from './stage.ts'

/** How a function reaches the database: as the application, or as the owner that migrates. */
export type DatabaseAccess = {
  environment: Record<string, $util.Input<string>>
  permissions: sst.aws.FunctionPermissionArgs[]
}

export type Database = {
  /** Reads and writes rows; may neither change the schema nor rewrite the audit log. */
  application: DatabaseAccess
  /** Owns the schema. For the migrate function alone. */
  owner: DatabaseAccess
  vpc?: sst.aws.Vpc
  /** What must exist before anything connects. */
  ready: $util.Resource[]
}

/**
 * Fixed, so that the sum of what may connect can be checked against it (rule test: at most 60 %). Aurora would derive it
 * from the largest capacity, and cap it at 2,000 for a cluster that can shrink to 0.5 ACU.
 */
export const connectionsMax = 400

/** The control plane's PostgreSQL 17: Aurora Serverless v2 in its own VPC; on stage local the one the supervisor started. */
export function createDatabase(stage: Stage, keys: Keys, random: RandomProvider): Database {
  if (stage.isLocal) return localDatabase()
  // The functions in the VPC call SQS, Glue, CloudWatch and Snowflake: managed NAT in production, a small instance elsewhere.
  // That instance is also the bastion through which `sst dev` tunnels to the database. Two zones are what Aurora asks for.
  const vpc = new sst.aws.Vpc('Vpc', {
    az: 2,
    nat: stage.isProduction ? 'managed' : 'ec2',
    bastion: !stage.isProduction,
  })
  // S3 traffic goes past the NAT gateway, which bills by the gigabyte.
  new aws.ec2.VpcEndpoint('S3Endpoint', {
    vpcId: vpc.id,
    serviceName: $interpolate`com.amazonaws.${stage.region}.s3`,
    vpcEndpointType: 'Gateway',
    routeTableIds: vpc.nodes.privateRouteTables.apply((tables) => tables.map((t) => t.id)),
  })
  const subnets = new aws.rds.SubnetGroup('DatabaseSubnets', {
    name: `${stage.prefix}-database`,
    subnetIds: vpc.privateSubnets,
  })
  const parameters = new aws.rds.ClusterParameterGroup('DatabaseParameters', {
    name: `${stage.prefix}-database`,
    family: 'aurora-postgresql17',
    parameters: [
      { name: 'max_connections', value: String(connectionsMax), applyMethod: 'pending-reboot' },
      { name: 'rds.force_ssl', value: '1' },
    ],
  })
  const cluster = new aws.rds.Cluster(
    'Database',
    {
      clusterIdentifier: `${stage.prefix}-database`,
      engine: 'aurora-postgresql',
      engineMode: 'provisioned',
      // The major version that runs on the laptop; minor versions are AWS's to apply in the maintenance window.
      engineVersion: '17.5',
      databaseName: 'lean_ops',
      masterUsername: 'lean_ops',
      // RDS makes, keeps and rotates the password: it is in no state file.
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: keys.control.keyId,
      storageEncrypted: true,
      kmsKeyId: keys.control.arn,
      // Half a unit in production: a database asleep would make the first page of the night's incident wait.
      serverlessv2ScalingConfiguration: { minCapacity: stage.isProduction ? 0.5 : 0, maxCapacity: 8 },
      dbSubnetGroupName: subnets.name,
      dbClusterParameterGroupName: parameters.name,
      vpcSecurityGroupIds: vpc.securityGroups,
      backupRetentionPeriod: stage.isProduction ? 35 : 1,
      copyTagsToSnapshot: true,
      deletionProtection: stage.isProduction,
      skipFinalSnapshot: !stage.isProduction,
      finalSnapshotIdentifier: `${stage.prefix}-database-final`,
      enabledCloudwatchLogsExports: ['postgresql'],
    },
    { ...stage.keep, ignoreChanges: ['engineVersion'] },
  )
  const instance = new aws.rds.ClusterInstance(
    'DatabaseInstance',
    {
      identifier: `${stage.prefix}-database-0`,
      clusterIdentifier: cluster.id,
      engine: 'aurora-postgresql',
      engineVersion: cluster.engineVersion,
      instanceClass: 'db.serverless',
      dbSubnetGroupName: subnets.name,
      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: keys.control.arn,
    },
    { ...stage.keep, ignoreChanges: ['engineVersion'] },
  )
  const address = {
    DATABASE_HOST: cluster.endpoint,
    DATABASE_NAME: cluster.databaseName,
    // RDS signs with its own authority; Lambda ships the certificates and, since Node 20, no longer loads them by itself.
    // In `sst dev` the function runs on a laptop, where docs/aws.md puts the same file.
    NODE_EXTRA_CA_CERTS: $dev
      ? path.join($cli.paths.root, '.local/rds-global-bundle.pem')
      : '/var/runtime/ca-cert.pem',
  }
  const ownerSecret = cluster.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? '')
  const appSecret = createAppSecret(stage, keys, random)
  const read = (...secrets: $util.Input<string>[]): sst.aws.FunctionPermissionArgs[] => [
    { actions: ['secretsmanager:GetSecretValue'], resources: secrets },
    { actions: ['kms:Decrypt'], resources: [keys.control.arn] },
  ]
  return {
    application: {
      environment: { ...address, DATABASE_SECRET_ARN: appSecret.arn },
      permissions: read(appSecret.arn),
    },
    owner: {
      environment: {
        ...address,
        DATABASE_SECRET_ARN: ownerSecret,
        DATABASE_APP_SECRET_ARN: appSecret.arn,
      },
      permissions: read(ownerSecret, appSecret.arn),
    },
    vpc,
    ready: [instance],
  }
}

/** The application's role and password. RDS rotates only the owner's, so a warm function never meets a changed one. */
function createAppSecret(stage: Stage, keys: Keys, random: RandomProvider): aws.secretsmanager.Secret {
  const secret = new aws.secretsmanager.Secret(
    'DatabaseAppSecret',
    {
      name: `${stage.prefix}-database-app`,
      description: 'PostgreSQL role of the application',
      kmsKeyId: keys.control.arn,
      recoveryWindowInDays: stage.isProduction ? 30 : 0,
    },
    stage.keep,
  )
  const password = new random.RandomPassword('DatabaseAppPassword', { length: 40, special: false })
  new aws.secretsmanager.SecretVersion('DatabaseAppSecretValue', {
    secretId: secret.id,
    secretString: $jsonStringify({ username: 'lean_ops_app', password: password.result }),
  })
  return secret
}

function localDatabase(): Database {
  const url = process.env.LEAN_OPS_DATABASE_URL
  if (!url)
    throw new Error(
      'Stage "local" needs LEAN_OPS_DATABASE_URL: run `npm start`, which starts PostgreSQL and sets it.',
    )
  const access = { environment: { DATABASE_URL: url }, permissions: [] }
  return { application: access, owner: access, ready: [] }
}
