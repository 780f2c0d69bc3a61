"""The account: every message in exactly one state, each state measured on the tables."""
