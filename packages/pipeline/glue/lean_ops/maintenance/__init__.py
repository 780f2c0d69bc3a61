"""Compaction and expiry, measured before and after."""
