"""The passes as pure steps on tables in memory, written from the rules alone."""
