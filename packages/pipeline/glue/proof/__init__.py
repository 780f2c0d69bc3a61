"""The proof of the jobs' rules: random histories, a pure model, an oracle in SQL. Shares no code with `lean_ops`."""
