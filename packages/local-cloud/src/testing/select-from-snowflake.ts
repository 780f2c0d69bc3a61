import driver from 'snowflake-sdk'

driver.configure({ logLevel: 'OFF', additionalLogToConsole: false })

/** Any SQL at the stand-in, by the driver itself: what a person with a worksheet sees. Rejects with the driver's error. */
export async function selectFromSnowflake(
  at: { url: string; database: string; schema: string },
  sqlText: string,
  binds: string[] = [],
): Promise<Record<string, unknown>[]> {
  const connection = driver.createConnection({
    account: 'local',
    username: 'any',
    password: 'any',
    accessUrl: at.url,
    database: at.database,
    schema: at.schema,
  })
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
  try {
    return await new Promise((resolve, reject) => {
      connection.execute({
        sqlText,
        binds,
        complete: (error, _statement, rows) => (error ? reject(error) : resolve(rows ?? [])),
      })
    })
  } finally {
    await new Promise<void>((resolve) => {
      connection.destroy(() => resolve())
    })
  }
}
