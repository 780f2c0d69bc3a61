import { quoteName, quoteTable } from './quote-name.ts'
import type { SnowflakeStatement } from './snowflake-statement.ts'

/** The statement as SQL. Only forms that Snowflake documents: `documented-forms` holds them, tests compare. */
export function renderStatement(statement: SnowflakeStatement): string {
  switch (statement.kind) {
    case 'createCatalogIntegration':
      return [
        `CREATE CATALOG INTEGRATION IF NOT EXISTS ${quoteName(statement.name)}`,
        'CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG',
        `CATALOG_NAMESPACE = ${quoteText(statement.namespace)}`,
        'REST_CONFIG = (',
        `CATALOG_URI = ${quoteText(`https://glue.${statement.region}.amazonaws.com/iceberg`)}`,
        'CATALOG_API_TYPE = AWS_GLUE',
        `CATALOG_NAME = ${quoteText(statement.accountId)}`,
        `ACCESS_DELEGATION_MODE = ${
          statement.access === 'vendedCredentials' ? 'VENDED_CREDENTIALS' : 'EXTERNAL_VOLUME_CREDENTIALS'
        }`,
        ') REST_AUTHENTICATION = (',
        `TYPE = SIGV4 SIGV4_IAM_ROLE = ${quoteText(statement.roleArn)}`,
        `SIGV4_SIGNING_REGION = ${quoteText(statement.region)}`,
        ...(statement.externalId === null ? [] : [`SIGV4_EXTERNAL_ID = ${quoteText(statement.externalId)}`]),
        `) ENABLED = TRUE REFRESH_INTERVAL_SECONDS = ${wholeNumber(statement.refreshIntervalSeconds)}`,
      ].join(' ')
    case 'describeCatalogIntegration':
      return `DESCRIBE CATALOG INTEGRATION ${quoteName(statement.name)}`
    case 'verifyCatalogIntegration':
      return `SELECT SYSTEM$VERIFY_CATALOG_INTEGRATION(${quoteText(statement.name.toUpperCase())}) AS "VERDICT"`
    case 'setRefreshInterval':
      return `ALTER CATALOG INTEGRATION ${quoteName(statement.name)} SET REFRESH_INTERVAL_SECONDS = ${wholeNumber(statement.seconds)}`
    case 'createExternalVolume':
      return [
        `CREATE EXTERNAL VOLUME IF NOT EXISTS ${quoteName(statement.name)}`,
        `STORAGE_LOCATIONS = (( NAME = 'lake' STORAGE_PROVIDER = 'S3'`,
        `STORAGE_BASE_URL = ${quoteText(statement.baseUrl)}`,
        `STORAGE_AWS_ROLE_ARN = ${quoteText(statement.roleArn)}`,
        ...(statement.externalId === null
          ? []
          : [`STORAGE_AWS_EXTERNAL_ID = ${quoteText(statement.externalId)}`]),
        // Nothing of ours is written from Snowflake.
        ')) ALLOW_WRITES = FALSE',
      ].join(' ')
    case 'createDatabase':
      return `CREATE DATABASE IF NOT EXISTS ${quoteName(statement.database)}`
    case 'createSchema':
      return `CREATE SCHEMA IF NOT EXISTS ${quoteName(statement.database)}.${quoteName(statement.schema)}`
    case 'createIcebergTable':
      return [
        `CREATE ICEBERG TABLE IF NOT EXISTS ${quoteTable(statement.table)}`,
        ...(statement.access.by === 'externalVolume'
          ? [`EXTERNAL_VOLUME = ${quoteText(statement.access.volume.toUpperCase())}`]
          : []),
        `CATALOG = ${quoteText(statement.catalog.toUpperCase())}`,
        `CATALOG_NAMESPACE = ${quoteText(statement.namespace)}`,
        `CATALOG_TABLE_NAME = ${quoteText(statement.catalogTable)}`,
        `AUTO_REFRESH = ${truth(statement.isAutoRefreshed)}`,
      ].join(' ')
    case 'refreshTable':
      // With Glue as the catalog a metadata path must not be given.
      return `ALTER ICEBERG TABLE ${quoteTable(statement.table)} REFRESH`
    case 'setAutoRefresh':
      return `ALTER ICEBERG TABLE ${quoteTable(statement.table)} SET AUTO_REFRESH = ${truth(statement.isOn)}`
    case 'showIcebergTables':
      return `SHOW ICEBERG TABLES IN SCHEMA ${quoteName(statement.database)}.${quoteName(statement.schema)}`
    case 'readAutoRefreshStatus':
      return `SELECT SYSTEM$AUTO_REFRESH_STATUS(${quoteText(quoteTable(statement.table))}) AS "STATUS"`
    case 'readTableInformation':
      return `SELECT SYSTEM$GET_ICEBERG_TABLE_INFORMATION(${quoteText(quoteTable(statement.table))}) AS "INFORMATION"`
    case 'readRefreshHistory':
      // Ids as text: they have 64 bits, and the driver's numbers 53.
      return `SELECT TO_VARCHAR("SNAPSHOT_ID") AS "SNAPSHOT_ID", "METADATA_FILE_NAME", TO_VARCHAR("IS_CURRENT_SNAPSHOT") AS "IS_CURRENT" FROM TABLE(${quoteName(
        statement.table.database,
      )}."INFORMATION_SCHEMA".ICEBERG_TABLE_SNAPSHOT_REFRESH_HISTORY(TABLE_NAME => ${quoteText(quoteTable(statement.table))})) ORDER BY "REFRESHED_ON" DESC`
    case 'countRows':
      return `SELECT TO_VARCHAR(COUNT(*)) AS "ROWS" FROM ${quoteTable(statement.table)}`
  }
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

const truth = (value: boolean): string => (value ? 'TRUE' : 'FALSE')

/** Not `${value}` alone: 1e21 and NaN are numbers, too. */
function wholeNumber(value: number): string {
  return BigInt(value).toString()
}
