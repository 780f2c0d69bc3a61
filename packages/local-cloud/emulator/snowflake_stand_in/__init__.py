"""A stand-in for Snowflake: fakesnow's SQL, with Iceberg tables that read our Glue catalog, for the real drivers."""
