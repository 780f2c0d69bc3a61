import type { SnowflakeTarget } from '@lean-ops/common/odcs/contract-model'

/** How Snowflake reaches the files: keys that Lake Formation lends, or an external volume of our own. */
export type FileAccess = { by: 'vendedCredentials' } | { by: 'externalVolume'; volume: string }

/**
 * Everything we ever say to Snowflake. There is no other way to run SQL there: what is not in this union cannot be
 * written, and its names come from contracts and configuration only.
 */
export type SnowflakeStatement =
  | {
      kind: 'createCatalogIntegration'
      name: string
      /** Glue database of the semantic layer. */
      namespace: string
      region: string
      accountId: string
      roleArn: string
      externalId: string | null
      access: 'vendedCredentials' | 'externalVolume'
      refreshIntervalSeconds: number
    }
  | { kind: 'describeCatalogIntegration'; name: string }
  | { kind: 'verifyCatalogIntegration'; name: string }
  | { kind: 'setRefreshInterval'; name: string; seconds: number }
  | {
      kind: 'createExternalVolume'
      name: string
      /** `s3://bucket/prefix/`. */
      baseUrl: string
      roleArn: string
      externalId: string | null
    }
  | { kind: 'createDatabase'; database: string }
  | { kind: 'createSchema'; database: string; schema: string }
  | {
      kind: 'createIcebergTable'
      table: SnowflakeTarget
      catalog: string
      access: FileAccess
      /** Database and table in Glue. */
      namespace: string
      catalogTable: string
      isAutoRefreshed: boolean
    }
  | { kind: 'refreshTable'; table: SnowflakeTarget }
  | { kind: 'setAutoRefresh'; table: SnowflakeTarget; isOn: boolean }
  | { kind: 'showIcebergTables'; database: string; schema: string }
  | { kind: 'readAutoRefreshStatus'; table: SnowflakeTarget }
  | { kind: 'readTableInformation'; table: SnowflakeTarget }
  | { kind: 'readRefreshHistory'; table: SnowflakeTarget }
  | { kind: 'countRows'; table: SnowflakeTarget }
