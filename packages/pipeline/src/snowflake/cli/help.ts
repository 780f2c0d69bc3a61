/** Printed by `--help` and after a mistake. */
export const help = `npm run snowflake -- <command> [options]
  status                 what Snowflake shows of each topic, against the newest semantic snapshot
  refresh                the same, after bringing it there: REFRESH where automatic refresh is off, the repair where it
                         has stopped, and (with SNOWFLAKE_CATALOG) the tables that are missing
  setup                  the catalog integration, and databases, schemas and tables of all topics

  --topic <name>         only this topic; may be given more than once
  --stage <name>         stage of the lake (local)
  --json                 for scripts
  --dir <folder>         contracts (LEAN_OPS_CONTRACTS_DIR, contracts)

setup only:
  --print                prints the statements and sends none
  --account-id <id>      the lake's AWS account          --region <name>        its region (us-east-1)
  --role-arn <arn>       role that Snowflake assumes     --external-id <id>     of that role's trust policy
  --base-url <s3://…/>   where the tables are: an external volume is made (SNOWFLAKE_EXTERNAL_VOLUME names it);
                         without, Lake Formation lends the keys
  --interval <seconds>   how often automatic refresh looks (60)

Which Snowflake: the stand-in of the running local cloud, or SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER,
SNOWFLAKE_PRIVATE_KEY_FILE, SNOWFLAKE_ROLE, SNOWFLAKE_WAREHOUSE; SNOWFLAKE_CATALOG names the integration (LEAN_OPS).

Exit codes: 0 everything is in sync, 1 something is not, 2 the command or its settings are not valid, or a service
cannot be reached.
`
