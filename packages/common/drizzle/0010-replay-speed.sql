-- Every send writes its message's row and its item anew; each index below cost one more write per send and answered no query.
-- A message is looked for by its own id, never by the operation, the replay or the deadline (those are asked of the items).
DROP INDEX dead_letters_operation;
DROP INDEX dead_letters_replay;
DROP INDEX dead_letters_deadline;
DROP INDEX operation_items_replay;

-- History asks by message, the worker by both: one key serves both, and "all of an operation" is a prefix of the work's index.
ALTER TABLE operation_items DROP CONSTRAINT operation_items_pkey;
DROP INDEX operation_items_letter;
ALTER TABLE operation_items ADD PRIMARY KEY (dead_letter_id, operation_id);

-- Work comes topic by topic, so that a chunk of it fills whole batches of one queue.
DROP INDEX operation_items_work;
CREATE INDEX operation_items_work ON operation_items (operation_id, state, topic, sequence, dead_letter_id);

-- Items are listed by outcome in the order of their sequence; those under way have none.
DROP INDEX operation_items_outcome;
CREATE INDEX operation_items_outcome ON operation_items (operation_id, outcome, sequence, dead_letter_id) WHERE outcome IS NOT NULL;

-- It could not give rows in order of their attempts (time came second), and as a filter it is answered from the covering index.
DROP INDEX dead_letters_attempt;
