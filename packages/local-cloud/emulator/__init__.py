"""AWS on a laptop: MiniStack in one process, with the concerns our pipeline needs replaced by our own modules."""
