"""RAW → curated."""
