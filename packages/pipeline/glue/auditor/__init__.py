"""Recounts the account from Iceberg tables with DuckDB. Shares no code with the jobs: they cannot be wrong alike."""
