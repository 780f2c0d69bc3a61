-- Newest curated pass that wrote rows: after compaction, or when all was known already, the semantic layer has nothing to do.
ALTER TABLE checkpoints ADD COLUMN written_seq bigint NOT NULL DEFAULT 0;
