"""The same histories through the real jobs on real Spark and Iceberg, compared with the oracle row by row."""
