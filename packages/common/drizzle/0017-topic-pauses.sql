-- A pause of a topic, as a person asked for it: who, why, until when. The flags is_ingest_paused and is_processing_paused
-- stay what everything else reads; version 0 = nobody has ever paused the topic.
ALTER TABLE topics
  ADD COLUMN pause_version int NOT NULL DEFAULT 0,
  ADD COLUMN pause_reason text,
  ADD COLUMN pause_until timestamptz(3),
  ADD COLUMN pause_changed_by text,
  ADD COLUMN pause_changed_at timestamptz(3),
  -- From a pause of ingest until its mapping is enabled again. A mapping that somebody disabled in AWS is not ours to enable.
  ADD COLUMN is_mapping_ours boolean NOT NULL DEFAULT false,
  -- When AWS last accepted what the flags say; null = it does not know yet.
  ADD COLUMN mapping_applied_at timestamptz(3);

-- Few rows whatever the number of topics: banner and worker ask for them every few seconds.
CREATE INDEX topics_paused ON topics (topic) WHERE is_ingest_paused OR is_processing_paused OR is_mapping_ours;
