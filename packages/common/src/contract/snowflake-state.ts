import { z } from 'zod'

/** Does Snowflake show the newest semantic snapshot? `stopped` = its automatic refresh gave up; `missing` = no such table there. */
export const SnowflakeState = z.enum(['in_sync', 'behind', 'stopped', 'failed', 'missing', 'unknown'])
export type SnowflakeState = z.infer<typeof SnowflakeState>
