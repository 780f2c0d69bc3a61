/**
 * The statements we use as Snowflake documents them, as patterns over token kinds: words in upper case, `<id>` for a
 * quoted identifier, `<text>` for a string, `<number>`, and punctuation, one space apart. Written from the pages named
 * beside them and not from our renderer, so that a form which does not exist cannot pass by agreeing with itself.
 */
const table = '<id> \\. <id> \\. <id>'

const forms: readonly { name: string; page: string; pattern: string }[] = [
  {
    name: 'CREATE CATALOG INTEGRATION (Iceberg REST, Glue)',
    page: 'sql-reference/sql/create-catalog-integration-rest',
    pattern:
      'CREATE (OR REPLACE )?CATALOG INTEGRATION (IF NOT EXISTS )?<id> CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG ' +
      '(CATALOG_NAMESPACE = <text> )?REST_CONFIG = \\( CATALOG_URI = <text> CATALOG_API_TYPE = AWS_GLUE CATALOG_NAME = <text>' +
      '( ACCESS_DELEGATION_MODE = (VENDED_CREDENTIALS|EXTERNAL_VOLUME_CREDENTIALS))? \\) REST_AUTHENTICATION = \\( TYPE = SIGV4 ' +
      'SIGV4_IAM_ROLE = <text>( SIGV4_SIGNING_REGION = <text>)?( SIGV4_EXTERNAL_ID = <text>)? \\) ENABLED = (TRUE|FALSE)' +
      '( REFRESH_INTERVAL_SECONDS = <number>)?( COMMENT = <text>)?',
  },
  {
    name: 'DESCRIBE CATALOG INTEGRATION',
    page: 'sql-reference/sql/desc-catalog-integration',
    pattern: 'DESC(RIBE)? CATALOG INTEGRATION <id>',
  },
  {
    name: 'SYSTEM$VERIFY_CATALOG_INTEGRATION',
    page: 'sql-reference/functions/system_verify_catalog_integration',
    pattern: 'SELECT SYSTEM\\$VERIFY_CATALOG_INTEGRATION \\( <text> \\)( AS <id>)?',
  },
  {
    name: 'ALTER CATALOG INTEGRATION',
    page: 'sql-reference/sql/alter-catalog-integration',
    pattern: 'ALTER CATALOG INTEGRATION (IF EXISTS )?<id> SET REFRESH_INTERVAL_SECONDS = <number>',
  },
  {
    name: 'CREATE EXTERNAL VOLUME',
    page: 'sql-reference/sql/create-external-volume',
    pattern:
      'CREATE (OR REPLACE )?EXTERNAL VOLUME (IF NOT EXISTS )?<id> STORAGE_LOCATIONS = \\( \\( NAME = <text> ' +
      'STORAGE_PROVIDER = <text> STORAGE_BASE_URL = <text> STORAGE_AWS_ROLE_ARN = <text>' +
      '( STORAGE_AWS_EXTERNAL_ID = <text>)? \\) \\)( ALLOW_WRITES = (TRUE|FALSE))?',
  },
  {
    name: 'CREATE DATABASE',
    page: 'sql-reference/sql/create-database',
    pattern: 'CREATE DATABASE (IF NOT EXISTS )?<id>',
  },
  {
    name: 'CREATE SCHEMA',
    page: 'sql-reference/sql/create-schema',
    pattern: 'CREATE SCHEMA (IF NOT EXISTS )?<id>( \\. <id>)?',
  },
  {
    name: 'CREATE ICEBERG TABLE (AWS Glue or Iceberg REST as the catalog)',
    page: 'sql-reference/sql/create-iceberg-table-aws-glue',
    pattern:
      `CREATE (OR REPLACE )?ICEBERG TABLE (IF NOT EXISTS )?${table}( EXTERNAL_VOLUME = <text>)?( CATALOG = <text>)?` +
      '( CATALOG_NAMESPACE = <text>)? CATALOG_TABLE_NAME = <text>( AUTO_REFRESH = (TRUE|FALSE))?( COMMENT = <text>)?',
  },
  {
    name: 'ALTER ICEBERG TABLE … REFRESH',
    page: 'sql-reference/sql/alter-iceberg-table-refresh',
    pattern: `ALTER ICEBERG TABLE (IF EXISTS )?${table} REFRESH`,
  },
  {
    name: 'ALTER ICEBERG TABLE … SET AUTO_REFRESH',
    page: 'user-guide/tables-iceberg-auto-refresh',
    pattern: `ALTER ICEBERG TABLE (IF EXISTS )?${table} SET AUTO_REFRESH = (TRUE|FALSE)`,
  },
  {
    name: 'SHOW ICEBERG TABLES',
    page: 'sql-reference/sql/show-iceberg-tables',
    pattern: 'SHOW ICEBERG TABLES( LIKE <text>)?( IN (ACCOUNT|DATABASE <id>|SCHEMA <id>( \\. <id>)?))?',
  },
  {
    name: 'SYSTEM$AUTO_REFRESH_STATUS',
    page: 'sql-reference/functions/system_auto_refresh_status',
    pattern: 'SELECT SYSTEM\\$AUTO_REFRESH_STATUS \\( <text> \\)( AS <id>)?',
  },
  {
    name: 'SYSTEM$GET_ICEBERG_TABLE_INFORMATION',
    page: 'sql-reference/functions/system_get_iceberg_table_information',
    pattern: 'SELECT SYSTEM\\$GET_ICEBERG_TABLE_INFORMATION \\( <text> \\)( AS <id>)?',
  },
  {
    name: 'ICEBERG_TABLE_SNAPSHOT_REFRESH_HISTORY',
    page: 'sql-reference/functions/iceberg_table_snapshot_refresh_history',
    pattern:
      'SELECT (\\*|TO_VARCHAR \\( <id> \\) AS <id> , <id> , TO_VARCHAR \\( <id> \\) AS <id>) FROM TABLE \\( (<id> \\. )?' +
      '(<id>|INFORMATION_SCHEMA) \\. ICEBERG_TABLE_SNAPSHOT_REFRESH_HISTORY \\( TABLE_NAME => <text> \\) \\)( ORDER BY <id> DESC)?',
  },
  {
    name: 'SELECT COUNT(*)',
    page: 'sql-reference/functions/count',
    pattern: `SELECT TO_VARCHAR \\( COUNT \\( \\* \\) \\) AS <id> FROM ${table}`,
  },
]

/** The name of the documented form that this one statement has, or undefined. */
export function findDocumentedForm(sql: string): string | undefined {
  const shape = tokenKinds(sql)
  return shape === undefined
    ? undefined
    : forms.find(({ pattern }) => new RegExp(`^${pattern}$`).test(shape))?.name
}

const token = /\s+|("(?:[^"]|"")+")|('(?:[^'\\]|''|\\.)*')|([A-Za-z_][\w$]*)|(\d+)|(=>|[=().,*])/y

/** Undefined for what is no sequence of such tokens: a comment, a semicolon, an unclosed quote. */
function tokenKinds(sql: string): string | undefined {
  const kinds: string[] = []
  for (let at = 0; at < sql.length; at = token.lastIndex) {
    token.lastIndex = at
    const found = token.exec(sql)
    if (found === null) return undefined
    const [, identifier, text, word, number, sign] = found
    if (identifier !== undefined) kinds.push('<id>')
    else if (text !== undefined) kinds.push('<text>')
    else if (word !== undefined) kinds.push(word.toUpperCase())
    else if (number !== undefined) kinds.push('<number>')
    else if (sign !== undefined) kinds.push(sign)
  }
  return kinds.join(' ')
}
