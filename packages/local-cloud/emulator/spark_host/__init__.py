"""A warm Spark for the local cloud's Glue jobs: one JVM for all runs, a forked Python process for each."""
