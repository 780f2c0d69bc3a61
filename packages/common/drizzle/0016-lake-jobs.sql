-- The newest maintenance of each topic: what its tables weighed before and after.
CREATE TABLE topic_maintenance (
  topic text COLLATE "C" PRIMARY KEY,
  at timestamptz(3) NOT NULL DEFAULT now(),
  operation_id uuid,
  result jsonb NOT NULL
);
