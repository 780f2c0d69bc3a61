import { AppError } from '@lean-ops/common/errors/app-error'
import snowflake from 'snowflake-sdk'
import { renderStatement } from './render-statement.ts'
import type { SnowflakeAccess } from './snowflake-config.ts'
import type { SnowflakeRow, SnowflakeSession } from './snowflake-session.ts'

const statementTimeoutSeconds = 120
// The driver's own is minutes: a Lambda would end before it learns why.
const retryTimeoutSeconds = 60

snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false })

/** Connects by the driver. Throws AppError UNAVAILABLE when Snowflake does not let us in. */
export async function openSnowflakeSession(access: SnowflakeAccess): Promise<SnowflakeSession> {
  const connection = snowflake.createConnection(connectionOptions(access))
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(unavailable(error)) : resolve()))
  })
  return {
    run: (statement) =>
      new Promise((resolve, reject) => {
        connection.execute({
          sqlText: renderStatement(statement),
          fetchAsString: ['Number', 'Date', 'JSON'],
          complete: (error, _statement, rows) => {
            if (error) reject(unavailable(error))
            else resolve((rows ?? []) as readonly SnowflakeRow[])
          },
        })
      }),
    close: () =>
      new Promise((resolve) => {
        // A session that cannot be closed ends by itself.
        connection.destroy(() => resolve())
      }),
  }
}

function connectionOptions(access: SnowflakeAccess): snowflake.ConnectionOptions {
  const common = {
    application: 'LeanOps',
    timeout: statementTimeoutSeconds * 1_000,
    retryTimeout: retryTimeoutSeconds,
    clientSessionKeepAlive: false,
  }
  if (access.by === 'standIn')
    return { ...common, account: 'local', username: 'local', password: 'local', accessUrl: access.url }
  return {
    ...common,
    account: access.account,
    username: access.user,
    authenticator: 'SNOWFLAKE_JWT',
    privateKey: access.privateKey,
    ...(access.role === undefined ? {} : { role: access.role }),
    ...(access.warehouse === undefined ? {} : { warehouse: access.warehouse }),
  }
}

function unavailable(error: Error & { code?: unknown }): AppError {
  return new AppError('UNAVAILABLE', `Snowflake: ${error.message}`, {
    cause: error,
    context: {
      snowflakeCode: typeof error.code === 'string' || typeof error.code === 'number' ? error.code : null,
    },
  })
}
