import type { SnowflakeStatement } from './snowflake-statement.ts'

/** Column values by Snowflake's column names; numbers come as text, because ids have more bits than a number. */
export type SnowflakeRow = Readonly<Record<string, unknown>>

/** One connection. `run` throws AppError UNAVAILABLE with Snowflake's own message. */
export type SnowflakeSession = {
  readonly run: (statement: SnowflakeStatement) => Promise<readonly SnowflakeRow[]>
  readonly close: () => Promise<void>
}
