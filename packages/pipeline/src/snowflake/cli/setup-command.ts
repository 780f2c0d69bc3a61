import type { Outcome } from '../../command-line/outcome.ts'
import { UsageError } from '../../command-line/usage-error.ts'
import { renderStatement } from '../render-statement.ts'
import type { SnowflakeStatement } from '../snowflake-statement.ts'
import { connect, type Names, readNames } from './connect.ts'
import { readTargets, type TopicTarget } from './read-targets.ts'
import { exitCodes, type Settings } from './settings.ts'

/** Makes what the tables need, then each table whose semantic table exists. Every statement may be repeated. */
export async function setupCommand(settings: Settings): Promise<Outcome> {
  const targets = await readTargets(settings)
  const names = readNames(settings)
  const account = accountStatements(settings, names)
  if (settings.print) {
    const all = [...account, ...targets.flatMap((one) => tableStatements(one, names))].map(renderStatement)
    const statements = [...new Set(all)]
    return { exitCode: exitCodes.ok, text: `${statements.join(';\n')};\n`, json: { statements } }
  }
  const { session, readChain } = await connect(settings)
  try {
    for (const statement of account) await session.run(statement)
    const lines: string[] = []
    for (const one of targets) {
      const hasSource = (await readChain(one.topic)) !== undefined
      if (hasSource) for (const statement of tableStatements(one, names)) await session.run(statement)
      lines.push(`${one.topic}: ${hasSource ? 'is there' : 'not yet, it has no semantic table'}`)
    }
    return { exitCode: exitCodes.ok, text: `${lines.join('\n')}\n`, json: { tables: lines } }
  } finally {
    await session.close()
  }
}

/** None without `--role-arn`: then the integration is expected to be there, as in the stand-in. */
function accountStatements(settings: Settings, { catalog, access, source }: Names): SnowflakeStatement[] {
  const {
    'role-arn': roleArn,
    'account-id': accountId,
    'external-id': externalId,
    'base-url': baseUrl,
  } = settings
  if (roleArn === undefined) {
    if (accountId !== undefined || baseUrl !== undefined) throw new UsageError('--role-arn is missing')
    return []
  }
  if (accountId === undefined) throw new UsageError('--account-id is missing')
  if (baseUrl !== undefined && access.by !== 'externalVolume')
    throw new UsageError('--base-url makes an external volume: SNOWFLAKE_EXTERNAL_VOLUME has to name it')
  const seconds = Number(settings.interval)
  if (!Number.isInteger(seconds) || seconds < 30 || seconds > 86_400)
    throw new UsageError(
      `--interval is a whole number of seconds from 30 to 86400, not "${settings.interval}"`,
    )
  const volume: SnowflakeStatement[] =
    baseUrl !== undefined && access.by === 'externalVolume'
      ? [
          {
            kind: 'createExternalVolume',
            name: access.volume,
            baseUrl,
            roleArn,
            externalId: externalId ?? null,
          },
        ]
      : []
  return [
    ...volume,
    {
      kind: 'createCatalogIntegration',
      name: catalog,
      namespace: source('any').namespace,
      region: settings.region,
      accountId,
      roleArn,
      externalId: externalId ?? null,
      access: access.by,
      refreshIntervalSeconds: seconds,
    },
    { kind: 'verifyCatalogIntegration', name: catalog },
  ]
}

function tableStatements(
  { topic, target }: TopicTarget,
  { catalog, access, source }: Names,
): SnowflakeStatement[] {
  const { database, schema } = target
  return [
    { kind: 'createDatabase', database },
    { kind: 'createSchema', database, schema },
    { kind: 'createIcebergTable', table: target, catalog, access, ...source(topic), isAutoRefreshed: true },
  ]
}
