import { z } from 'zod'

/**
 * Environment of whoever talks to Snowflake. `SNOWFLAKE_URL` = the local stand-in, which asks for no key; else a key
 * pair: from Secrets Manager (`SNOWFLAKE_SECRET_ARN`, on AWS) or from a file (the command line).
 */
export const SnowflakeEnv = z.object({
  SNOWFLAKE_URL: z.url().optional(),
  SNOWFLAKE_SECRET_ARN: z.string().optional(),
  SNOWFLAKE_ACCOUNT: z.string().optional(),
  SNOWFLAKE_USER: z.string().optional(),
  SNOWFLAKE_PRIVATE_KEY_FILE: z.string().optional(),
  SNOWFLAKE_ROLE: z.string().optional(),
  SNOWFLAKE_WAREHOUSE: z.string().optional(),
  /** Catalog integration of the tables; with it, a table that is missing is created. */
  SNOWFLAKE_CATALOG: z.string().optional(),
  /** Without it, Lake Formation lends the keys to the files. */
  SNOWFLAKE_EXTERNAL_VOLUME: z.string().optional(),
})
export type SnowflakeEnv = z.infer<typeof SnowflakeEnv>

/** The secret: `{"account","user","privateKey","role"?,"warehouse"?}`; the key as unencrypted PKCS#8 PEM. */
export const SnowflakeSecret = z.object({
  account: z.string(),
  user: z.string(),
  privateKey: z.string().includes('PRIVATE KEY'),
  role: z.string().optional(),
  warehouse: z.string().optional(),
})
export type SnowflakeSecret = z.infer<typeof SnowflakeSecret>

export type SnowflakeAccess = { by: 'standIn'; url: string } | ({ by: 'keyPair' } & SnowflakeSecret)
